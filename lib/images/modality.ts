import { EXTREME_FACTOR, removeHotPixels } from "./hot_pixels.ts";
import { type Image, intensityRange, luminance } from "./image.ts";

/**
 * The kinds of microscopy that are distinguished.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { generateDataset, MODALITIES } from "lib";
 *
 * assert.ok(MODALITIES.includes("fluorescence"));
 * await generateDataset({ count: 1, size: 32, modality: "fluorescence" });
 * ```
 */
export const MODALITIES = ["fluorescence", "stained", "brightfield", "phase", "electron"] as const;
/**
 * `fluorescence` is bright on a dark background, `stained` coloured on a bright one, `brightfield` grey on a
 * bright one, `phase` (phase contrast, DIC) brighter and darker than a grey background. `electron` is never
 * guessed, but can be given in a manifest.
 */
export type Modality = typeof MODALITIES[number];

/** The measurements on which {@linkcode detectModality} is based. */
export interface ModalityStatistics {
  /** The background's brightness: the median between the 0.1st (0) and the 99.9th percentile (1). */
  background: number;
  /** Mean difference between a pixel's largest and smallest channel, as a fraction of the intensity range. */
  colour: number;
}

/** Measures the brightness of an image's background, and its colour. */
export function modalityStatistics(original: Image): ModalityStatistics {
  const image = removeHotPixels(original, EXTREME_FACTOR);
  const grey = luminance(image).sort();
  const [dark, middle, bright] = modalityRanks(grey.length).map((rank) => grey[rank - 1]);
  return modalityFrom([dark, middle, bright], sumColour(image) / grey.length, intensityRange(image));
}

/** Returns the ranks (from 1) of the dark, the middle and the bright luminance among a number of pixels. */
export function modalityRanks(pixels: number): number[] {
  return [0.001, 0.5, 0.999].map((share) => Math.min(pixels, Math.floor(share * pixels) + 1));
}

/** Sums the difference between the largest and the smallest channel over pixels. */
export function sumColour({ data, channels }: Pick<Image, "data" | "channels">): number {
  let colour = 0;
  for (let i = 0; channels === 3 && i < data.length; i += 3) {
    colour += Math.max(data[i], data[i + 1], data[i + 2]) - Math.min(data[i], data[i + 1], data[i + 2]);
  }
  return colour;
}

/**
 * Returns the statistics of an image.
 *
 * @param levels luminance at {@linkcode modalityRanks}
 * @param colour mean of {@linkcode sumColour} over the pixels
 * @param range of intensities
 */
export function modalityFrom(
  [dark, middle, bright]: readonly number[],
  colour: number,
  [bottom, top]: readonly [number, number],
): ModalityStatistics {
  return {
    background: bright > dark ? (middle - dark) / (bright - dark) : 0,
    colour: top > bottom ? colour / (top - bottom) : 0,
  };
}

/**
 * Guesses the kind of microscopy from the brightness of an image's background and its colour. In 390 labelled images of
 * four kinds, the background was 0 to 0.12 (fluorescence), 0.37 to 0.42 (phase), 0.63 to 0.95 (stained) and 0.90 to
 * 0.95 (brightfield), and the colour of stained images above 0.05. The thresholds are between these ranges.
 */
export function detectModality(image: Image): Modality {
  const { background, colour } = modalityStatistics(image);
  if (background < 0.25) return "fluorescence";
  if (background < 0.52) return "phase";
  return colour > 0.025 ? "stained" : "brightfield";
}
