import { z } from "zod";
import { NORMALIZATIONS } from "../data/normalize.ts";
import type { ModelOptions } from "../nn/create_model.ts";
import { type ModelUse, THRESHOLD } from "../nn/model_file.ts";
import { MODEL_OPTIONS } from "../nn/model_options_schema.ts";
import { type Architecture, ARCHITECTURES } from "../nn/segmentation_model.ts";
import { ConfigError, parseOptions } from "./config.ts";

/** How a model is to be used, as a command line says it. */
const USE = {
  normalization: z.enum(NORMALIZATIONS).optional(),
  threshold: THRESHOLD.optional(),
};

/** What `weights import` takes, by architecture. */
const IMPORT_OPTIONS = {
  unet: MODEL_OPTIONS.unet.omit({ seed: true }).extend(USE),
  deeplabv3: MODEL_OPTIONS.deeplabv3.omit({ seed: true }).extend(USE),
  deeplabv3plus: MODEL_OPTIONS.deeplabv3plus.omit({ seed: true }).extend(USE),
  pspnet: MODEL_OPTIONS.pspnet.omit({ seed: true }).extend(USE),
} as const satisfies Record<Architecture, z.ZodType>;

/** The names of all options that `importOptions` takes, of whatever architecture. */
export function importOptionNames(): string[] {
  return [...new Set(Object.values(IMPORT_OPTIONS).flatMap(({ shape }) => Object.keys(shape)))];
}

/**
 * Which model a file of weights holds and how it is to be used: as the file says, unless something else is given.
 *
 * @param given such as `{ architecture: "unet", normalization: "zscore" }`
 * @param stored what the file says, as `modelMetadata` reads it
 * @throws {ConfigError} naming each option that the architecture does not have, with the nearest one, or whose value does
 * not fit; and if neither says the architecture.
 */
export function importOptions(
  given: Record<string, unknown>,
  stored: { model?: ModelOptions; use: ModelUse },
): { model: ModelOptions; use: ModelUse } {
  const architecture = given.architecture ?? stored.model?.architecture;
  const known = ARCHITECTURES.find((name) => name === architecture);
  if (!known) {
    const what = architecture === undefined
      ? "The file does not say its"
      : `There is no architecture "${architecture}": choose an`;
    throw new ConfigError(`${what} architecture: -p architecture=${ARCHITECTURES.join(" or ")}`);
  }
  const { normalization, threshold, ...model } = parseOptions(IMPORT_OPTIONS[known], { ...given, architecture: known });
  // Another architecture's options mean nothing here.
  const base = stored.model?.architecture === known ? stored.model : {};
  return {
    model: { ...base, ...model } as ModelOptions,
    use: {
      ...stored.use,
      ...(normalization && { normalization }),
      ...(threshold !== undefined && { threshold }),
    },
  };
}
