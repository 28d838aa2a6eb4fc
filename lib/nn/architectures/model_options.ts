import { z } from "zod";
import type { TaskChoice } from "../../task/tasks.ts";
import type { EncoderName } from "../encoders/encoders.ts";
import type { InputStatistics } from "../input_statistics.ts";
import type { Seed } from "../weights/weight_scope.ts";
import { OptionError } from "../../io/option_error.ts";

/** Options of every architecture. */
export interface CommonModelOptions extends TaskChoice {
  /** The architecture's name. */
  architecture: string;
  encoder: EncoderName;
  /** Channels of the image. */
  inChannels: number;
  /** Statistics by which the model standardises the channels of its images. Default `"none"`. */
  inputStatistics?: InputStatistics;
  /** Logits per pixel. */
  classes: number;
  /** Seed of the fresh weights; `null` sets none, for a model whose weights are loaded or of which only the shapes are used. */
  seed: Seed;
}

/** Additional options of both DeepLabs. */
export interface AtrousModelOptions extends CommonModelOptions {
  /** Encoder stages, 3 to 5. Default 5. */
  encoderDepth?: number;
  /** Input pixels per pixel of the deepest map. Default 8 for DeepLabV3, 16 for DeepLabV3+. */
  encoderOutputStride?: 8 | 16;
  /** Channels of the decoder. Default 256. */
  decoderChannels?: number;
  /** Default `[12, 24, 36]`. */
  atrousRates?: readonly [number, number, number];
  /** Whether the dilated convolutions are separable. Default `false` for DeepLabV3, `true` for DeepLabV3+. */
  asppSeparable?: boolean;
  /** Share of the elements that training drops. Default 0.5. */
  asppDropout?: number;
}

/**
 * Throws unless a value is one of an option's values.
 *
 * @throws {OptionError} naming the option and its values.
 */
export function refuseUnknown(option: string, value: string, known: readonly string[]): void {
  if (!known.includes(value)) {
    throw new OptionError(`There is no ${option} "${value}": choose one of ${known.join(", ")}`);
  }
}

/** Schema of a number of channels, which is bounded: a damaged file must not exhaust the memory. */
export const channels = z.int().positive().max(8192);

/** Schema of the number of encoder stages. */
export const encoderDepth = z.int().min(1).max(5).optional();

/** Schemas of the options of both DeepLabs. */
export const atrousOptions = {
  encoderDepth,
  encoderOutputStride: z.union([z.literal(8), z.literal(16)]).optional(),
  decoderChannels: channels.optional(),
  atrousRates: z.tuple([z.int().positive(), z.int().positive(), z.int().positive()]).optional(),
  asppSeparable: z.boolean().optional(),
  asppDropout: z.number().min(0).lt(1).optional(),
};
