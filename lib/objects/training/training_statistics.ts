import { z } from "zod";
import type { Image, LabelImage } from "../../images/image.ts";
import { describeImage, type ImageDescription } from "./describe_image.ts";

/** Smallest and largest value over images. */
const Extent = z.tuple([z.number(), z.number()]).refine(([low, high]) => low <= high, {
  error: "its first number is larger than its second",
});

/** Schema of {@linkcode TrainingStatistics} in a file. */
export const TRAINING_STATISTICS = z.strictObject({
  images: z.int().positive(),
  channels: z.array(z.union([z.literal(1), z.literal(3)])).min(1),
  depths: z.array(z.strictObject({
    bits: z.union([z.literal(8), z.literal(16), z.literal(32)]),
    dark: Extent,
    bright: Extent,
    span: Extent,
  })).min(1),
  background: Extent,
  diameter: Extent.optional(),
});

/**
 * The range of the images that a model trained on: number of images, channels and depths that occur, and the smallest
 * and largest {@linkcode ImageDescription} of each kind. `span` is from dark to bright. Intensities are kept for each
 * depth.
 */
export type TrainingStatistics = z.infer<typeof TRAINING_STATISTICS>;

/**
 * Measures the range of a model's training images.
 *
 * @param samples at least one image with its objects
 * @returns undefined if there are no images.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { generateDataset } from "lib";
 * import { describeImage, farFromTraining, learnTrainingStatistics } from "lib/objects";
 *
 * const { samples } = await generateDataset({ count: 3, size: 64 });
 * const training = learnTrainingStatistics(samples)!;
 * assert.equal(training.images, 3);
 * assert.deepEqual(farFromTraining(describeImage(samples[0].image, samples[0].labels), training), []);
 * ```
 */
export function learnTrainingStatistics(
  samples: readonly { image: Image; labels: LabelImage }[],
): TrainingStatistics | undefined {
  if (samples.length === 0) return undefined;
  const descriptions = samples.map(({ image, labels }) => describeImage(image, labels));
  const distinct = <Key extends "channels" | "bits">(key: Key) =>
    [...new Set(descriptions.map((description) => description[key]))].sort((a, b) => a - b);
  const diameters = descriptions.map(({ diameter }) => diameter).filter((diameter) => diameter !== undefined);
  return {
    images: samples.length,
    channels: distinct("channels"),
    depths: distinct("bits").map((bits) => ({
      bits,
      ...intensities(descriptions.filter((each) => each.bits === bits)),
    })),
    background: extent(descriptions.map(({ background }) => background)),
    ...(diameters.length > 0 ? { diameter: extent(diameters) } : {}),
  };
}

function intensities(descriptions: readonly ImageDescription[]) {
  return {
    dark: extent(descriptions.map(({ dark }) => dark)),
    bright: extent(descriptions.map(({ bright }) => bright)),
    span: extent(descriptions.map(({ dark, bright }) => bright - dark)),
  };
}

function extent(values: readonly number[]): [low: number, high: number] {
  const reduce = (choose: (a: number, b: number) => number) => values.reduce((a, b) => choose(a, b));
  return [reduce((a, b) => Math.min(a, b)), reduce((a, b) => Math.max(a, b))];
}
