import { RUN_ORDERS } from "lib/datasets/layouts/fill_runs.ts";
import { ConfigError } from "lib/train/config_error.ts";
import { callerPath } from "./caller_path.ts";
import type { Line, Option } from "./command.ts";
import { choice, flag, parameters, path } from "./options.ts";

/**
 * Reads `--channels 1,2,3`.
 *
 * @throws {ConfigError} if a channel is no number from 1 on, or there are neither one nor three.
 */
export const channels: Option<number[] | undefined> = {
  value: "1,2,3",
  about: "the channel to take, or three as red, green, blue, counted from 1",
  shown: "all of a grey or colour image",
  read([given], name) {
    const found = given?.split(",").map((text) => text.trim() === "" ? NaN : Number(text));
    if (found && !([1, 3].includes(found.length) && found.every((each) => Number.isInteger(each) && each > 0))) {
      throw new ConfigError(
        `${name} is "${given}": give one channel, or three for red, green, blue, counted from 1 ("1,2,3")`,
      );
    }
    return found;
  },
};

/** The order of run lengths in tables that do not say it. */
export const runs = choice(RUN_ORDERS, "how tables of run lengths count pixels, where they do not say it");

/** Whether a manifest may name files outside its folder. */
export const allowOutside = flag("read files of a manifest that lie outside its folder, too");

/** `-p key=value` of a training: the files that values name are the user's. */
const choices: Option<Record<string, unknown>> = {
  ...parameters("a training option, such as epochs=3"),
  read(given, name) {
    const read = parameters("").read(given, name), { encoderWeights } = read;
    const isFile = typeof encoderWeights === "string" && encoderWeights &&
      !["none", "imagenet"].includes(encoderWeights);
    return isFile ? { ...read, encoderWeights: callerPath(encoderWeights) } : read;
  },
};

/** Whether files of earlier versions are taken. */
export const acceptEarlier = flag("take files of earlier versions, which have no digest: damage to them goes unseen");

/** The options that `train` and `study` share: data, results, and the configuration's choices. */
export const TRAINING_OPTIONS = {
  data: path("FOLDER", "your images and masks, or a manifest"),
  groups: path("FILE", "a table of which images belong together"),
  "skip-bad": flag("train without images that cannot be read, and list them"),
  channels,
  runs,
  "allow-outside": allowOutside,
  force: flag("train in spite of errors in the masks"),
  results: path("FOLDER", "where runs are kept"),
  "accept-earlier": acceptEarlier,
  parameter: choices,
} as const;

/** How data are read, by a command line. */
export function loadingOptions(
  { options: { groups, channels, runs, "allow-outside": allowOutside, "skip-bad": skipBad } }: Line<
    Pick<typeof TRAINING_OPTIONS, "groups" | "channels" | "runs" | "allow-outside" | "skip-bad">
  >,
) {
  return {
    ...(groups !== undefined && { groups }),
    skipBad,
    ...(channels && { channels }),
    ...(runs && { runs }),
    ...(allowOutside && { allowOutside }),
  };
}
