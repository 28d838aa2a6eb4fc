import { z } from "zod";
import { INTERPOLATIONS } from "./decoders/unet/decoder.ts";
import { ENCODERS } from "./encoders/encoder.ts";

/** Options that every architecture has. */
const COMMON = {
  encoder: z.enum(ENCODERS).optional(),
  inChannels: z.int().positive().optional(),
  classes: z.int().positive().optional(),
  seed: z.int().optional(),
};

const encoderDepth = z.int().min(1).max(5).optional();

/** Options of both DeepLabs. */
const ATROUS = {
  ...COMMON,
  encoderDepth,
  encoderOutputStride: z.union([z.literal(8), z.literal(16)]).optional(),
  decoderChannels: z.int().positive().optional(),
  atrousRates: z.tuple([z.int().positive(), z.int().positive(), z.int().positive()]).optional(),
  asppSeparable: z.boolean().optional(),
  asppDropout: z.number().min(0).lt(1).optional(),
};

/** The options of each architecture's model, as files and command lines give them. */
export const MODEL_OPTIONS = {
  unet: z.strictObject({
    architecture: z.literal("unet"),
    ...COMMON,
    encoderDepth,
    decoderChannels: z.array(z.int().positive()).optional(),
    decoderInterpolation: z.enum(INTERPOLATIONS).optional(),
    decoderAttention: z.literal("scse").optional(),
  }),
  deeplabv3: z.strictObject({ architecture: z.literal("deeplabv3"), ...ATROUS }),
  deeplabv3plus: z.strictObject({ architecture: z.literal("deeplabv3plus"), ...ATROUS }),
  pspnet: z.strictObject({
    architecture: z.literal("pspnet"),
    ...COMMON,
    encoderDepth,
    pspOutChannels: z.int().positive().optional(),
    pspDropout: z.number().min(0).lt(1).optional(),
  }),
} as const;

/** A model's options as a file has them. A trained model's file holds its training's options too, which are kept. */
export const StoredModelOptions = z.discriminatedUnion("architecture", [
  MODEL_OPTIONS.unet.loose(),
  MODEL_OPTIONS.deeplabv3.loose(),
  MODEL_OPTIONS.deeplabv3plus.loose(),
  MODEL_OPTIONS.pspnet.loose(),
]);
