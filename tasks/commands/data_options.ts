import { RUN_ORDERS } from "lib/datasets/layouts/fill_runs.ts";
import { ConfigError } from "lib/train/config_error.ts";
import { callerPath } from "./caller_path.ts";
import type { Line, Option } from "./command.ts";
import { choice, flag, parameters, path } from "./options.ts";

/**
 * Reads `--channels 1,2,3`.
 *
 * @throws {ConfigError} if a channel is not an integer of at least 1, or if there are neither one nor three channels.
 */
export const channels: Option<number[] | undefined> = {
  value: "1,2,3",
  about: "the channel to use, or three for red, green and blue, counted from 1",
  shown: "all channels of a grey or colour image",
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

/** The pixel order of run lengths in tables that do not state it. */
export const runs = choice(RUN_ORDERS, "the pixel order of run lengths, for tables that do not state it");

/** Whether a manifest may name files outside its folder. */
export const allowOutside = flag("also read files of a manifest outside its folder");

/** The option `-p key=value` of a training, in which paths start at the user's folder. */
const choices: Option<Record<string, unknown>> = {
  ...parameters("a training option, such as epochs=3"),
  read(given, name) {
    const read = parameters("").read(given, name), { encoderWeights } = read;
    const isFile = typeof encoderWeights === "string" && encoderWeights &&
      !["none", "imagenet"].includes(encoderWeights);
    return isFile ? { ...read, encoderWeights: callerPath(encoderWeights) } : read;
  },
};

/** Whether to accept files of earlier versions. */
export const acceptEarlier = flag(
  "accept files of earlier versions, which have no digest, so that damage is not detected",
);

/** The options that say which images are read, and how. */
export const READING_OPTIONS = {
  data: path("FOLDER", "your images and masks, or a manifest"),
  groups: path("FILE", "a table with the group of each image"),
  "skip-bad": flag("leave out images that cannot be read, and list them"),
  channels,
  runs,
  "allow-outside": allowOutside,
} as const;

/** The options that `train` and `study` share: data, results, and choices of the configuration. */
export const TRAINING_OPTIONS = {
  ...READING_OPTIONS,
  force: flag("train despite errors in the masks"),
  results: path("FOLDER", "folder of the runs"),
  "accept-earlier": acceptEarlier,
  parameter: choices,
} as const;

/** Returns the options for loading data from a command line. */
export function loadingOptions(
  { options: { groups, channels, runs, "allow-outside": allowOutside, "skip-bad": skipBad } }: Line<
    Pick<typeof READING_OPTIONS, "groups" | "channels" | "runs" | "allow-outside" | "skip-bad">
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
