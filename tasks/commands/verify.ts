import { PROFILES } from "lib/study/profile_names.ts";
import { ConfigError } from "lib/train/config_error.ts";
import { nearestWord } from "lib/io/nearest_word.ts";
import { defineCommand } from "./command.ts";
import { path } from "./options.ts";

export const verifyCommand = defineCommand({
  name: "verify",
  about: "Runs a committed study again and compares every number: bit for bit on the same kind of processor, threads " +
    "and library, otherwise within stated tolerances. Fails if a number or a verdict does not hold.",
  arguments: [{ name: "PROFILE", about: "quick or full (default: quick)", optional: true }],
  options: { keep: path("FOLDER", "keep the new runs there", "remove them") },
  example: "deno task verify quick --keep rerun",
  check({ arguments: [name = "quick"] }) {
    if (PROFILES.some((profile) => profile === name)) return;
    throw new ConfigError(`There is no profile "${name}": did you mean ${nearestWord(name, PROFILES)}?`);
  },
});
