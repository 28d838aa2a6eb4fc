import { READING_OPTIONS } from "./data_options.ts";
import { defineCommand } from "./command.ts";
import { path, text } from "./options.ts";

export const verifyCommand = defineCommand({
  name: "verify",
  about: "Runs a committed study again and compares every number: bit for bit on the same kind of processor, threads " +
    "and library, otherwise within stated tolerances. Fails if a number or a verdict does not hold. With --run it does so " +
    "for one run of any committed study.",
  arguments: [{ name: "STUDY", about: "its folder in results/committed", optional: true }],
  options: {
    ...READING_OPTIONS,
    data: { ...READING_OPTIONS.data, about: "the study's images, if the project does not generate them" },
    run: text("NAME", "train only this run again"),
    keep: path("FOLDER", "keep the new runs there", "remove them"),
  },
  example: "deno task verify quick --keep rerun",
});
