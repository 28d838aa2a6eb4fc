import { z } from "zod";
import { NORMALIZATIONS } from "../data/normalize.ts";
import type { ModelOptions } from "../nn/create_model.ts";
import { INTERPOLATIONS } from "../nn/decoders/unet/decoder.ts";
import { ENCODERS } from "../nn/encoders/encoder.ts";
import type { ModelUse } from "../nn/model_file.ts";
import { type Architecture, ARCHITECTURES } from "../nn/segmentation_model.ts";
import { ConfigError, parseOptions } from "./config.ts";

const encoderDepth = z.int().min(1).max(5).optional();

/** Options that every architecture has, and how the model is to be used. */
const COMMON = {
  encoder: z.enum(ENCODERS).optional(),
  inChannels: z.int().positive().optional(),
  classes: z.int().positive().optional(),
  normalization: z.enum(NORMALIZATIONS).optional(),
  threshold: z.number().min(0).max(1).optional(),
};

/** Options of both DeepLabs. */
const ATROUS = {
  encoderDepth,
  encoderOutputStride: z.union([z.literal(8), z.literal(16)]).optional(),
  decoderChannels: z.int().positive().optional(),
  atrousRates: z.tuple([z.int().positive(), z.int().positive(), z.int().positive()]).optional(),
  asppSeparable: z.boolean().optional(),
  asppDropout: z.number().min(0).lt(1).optional(),
};

/** What `weights import` takes, by architecture. */
const IMPORT_OPTIONS = {
  unet: z.strictObject({
    architecture: z.literal("unet"),
    ...COMMON,
    encoderDepth,
    decoderChannels: z.array(z.int().positive()).optional(),
    decoderInterpolation: z.enum(INTERPOLATIONS).optional(),
    decoderAttention: z.literal("scse").optional(),
  }),
  deeplabv3: z.strictObject({ architecture: z.literal("deeplabv3"), ...COMMON, ...ATROUS }),
  deeplabv3plus: z.strictObject({ architecture: z.literal("deeplabv3plus"), ...COMMON, ...ATROUS }),
  pspnet: z.strictObject({
    architecture: z.literal("pspnet"),
    ...COMMON,
    encoderDepth,
    pspOutChannels: z.int().positive().optional(),
    pspDropout: z.number().min(0).lt(1).optional(),
  }),
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
