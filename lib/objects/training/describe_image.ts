import { SourceStatistics } from "../../images/source/source_statistics.ts";
import type { ImageSource } from "../../images/source/image_source.ts";
import type { Image, LabelImage } from "../../images/image.ts";
import { modalityStatistics } from "../../images/modality.ts";
import { quantiles } from "../../math/quantiles.ts";
import { type ObjectScale, objectScale } from "./object_scale.ts";

/** What can make an image differ from those that a model trained on, measured before normalisation. */
export interface ImageDescription extends ObjectScale {
  channels: 1 | 3;
  bits: 8 | 16 | 32;
  /** 1st and 99.8th percentile of the intensities, in the image's unit. */
  dark: number;
  bright: number;
  /** The background's brightness: the median between the darkest (0) and the brightest pixels (1). */
  background: number;
}

/** Shares of the pixels up to the dark and the bright end. */
const ENDS = [0.01, 0.998] as const;

/**
 * Describes an image for {@linkcode farFromTraining}.
 *
 * @param image the original image, not a normalised one
 * @param labels its objects, as labelled or predicted
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { generateDataset } from "lib";
 * import { describeImage } from "lib/objects";
 *
 * const { samples: [{ image, labels }] } = await generateDataset({ count: 1, size: 64, modality: "fluorescence" });
 * const { bits, background, diameter } = describeImage(image, labels);
 * assert.equal(bits, image.bits);
 * assert.ok(background < 0.25 && diameter! > 1);
 * ```
 */
export function describeImage(image: Image, labels?: LabelImage): ImageDescription {
  const [dark, bright] = quantiles(image.data, ENDS);
  return {
    channels: image.channels,
    bits: image.bits,
    dark,
    bright,
    background: modalityStatistics(image).background,
    ...(labels && objectScale(labels)),
  };
}

/**
 * Describes an image that need not fit into memory, as {@linkcode describeImage} does.
 *
 * @param scale diameters of its objects
 */
export async function describeSource(source: ImageSource, scale: ObjectScale = {}): Promise<ImageDescription> {
  const statistics = SourceStatistics.for(source), [dark, bright] = await statistics.quantiles(ENDS);
  const { background } = await statistics.modality();
  return {
    channels: source.channels,
    bits: source.bits,
    dark,
    bright,
    background,
    ...scale,
  };
}
