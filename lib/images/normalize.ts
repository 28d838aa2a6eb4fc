import { type ContrastFloor, minimumRange } from "./contrast_floor.ts";
import { removeHotPixels } from "./hot_pixels.ts";
import { type Image, intensityRange } from "./image.ts";
import { quantiles } from "../math/quantiles.ts";
import { OptionError } from "../io/option_error.ts";

/**
 * Methods of intensity normalisation.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { NORMALIZATIONS, parseConfig } from "lib";
 *
 * for (const normalization of NORMALIZATIONS) assert.equal(parseConfig({ normalization }).normalization, normalization);
 * ```
 */
export const NORMALIZATIONS = ["robust", "percentile", "zscore", "depth"] as const;
/**
 * `robust`: the image's 1st and 99.8th percentiles become 0 and 1, and values beyond are clipped; hot pixels are
 * ignored, and the noise of an empty field is not stretched. The other methods are older and do not clip; they remain
 * unchanged for models that were trained with them. `percentile`: the same percentiles, in floating point with a
 * precision of 1/65,536 of the range from the smallest to the largest value. `zscore`: mean 0 and standard deviation 1
 * per image. `depth`: the file's range becomes 0 to 1 (in floating point, the range from the smallest to the largest
 * value).
 */
export type Normalization = typeof NORMALIZATIONS[number];

/** Shares of the pixels, 0 to 1, up to the dark and the bright end of an image's range. */
export type IntensityShares = readonly [dark: number, bright: number];

/** The shares whose percentiles become 0 and 1. */
const ENDS: IntensityShares = [0.01, 0.998];

/** Number of bins of the histogram of floating-point images. */
const FLOAT_BINS = 65536;

/**
 * Computes quantiles of the pixels: exact for integers; in floating point with a precision of 1/65,536 of the image's
 * range.
 */
export function percentiles(image: Image, shares: readonly number[]): number[] {
  const { data } = image;
  const [low, high] = intensityRange(image);
  const step = image.bits === 32 ? (high - low) / (FLOAT_BINS - 1) || 1 : 1;
  const histogram = new Uint32Array(image.bits === 32 ? FLOAT_BINS : high + 1);
  for (let i = 0; i < data.length; i++) histogram[Math.round((data[i] - low) / step)]++;
  return shares.map((share) => {
    let below = 0;
    for (let bin = 0; bin < histogram.length; bin++) {
      below += histogram[bin];
      if (below >= share * data.length) return low + step * bin;
    }
    return high;
  });
}

/**
 * Normalises an image's intensities. All channels share one scale, which preserves colours.
 *
 * @param floor contrast of the images that a model is trained on; only `robust` uses it
 * @param ends shares of the pixels, 0 to 1, whose percentiles become 0 and 1; only `robust` and `percentile` use them.
 * Default: 0.01 and 0.998
 * @returns float32 `[height, width, channels]`
 * @throws {OptionError} for an unknown method; the message lists the available ones.
 */
export function normalizeImage(
  image: Image,
  method: Normalization,
  floor?: ContrastFloor,
  ends: IntensityShares = ENDS,
): Float32Array {
  if (!NORMALIZATIONS.includes(method)) {
    throw new OptionError(`There is no normalization "${method}": choose one of ${NORMALIZATIONS.join(", ")}`);
  }
  if (method === "robust") return normalizeRobust(image, floor, ends);
  const { data } = image;
  const [bottom, top] = intensityRange(image);
  // A constant image becomes 0.
  const smallest = image.bits === 32 ? 1e-12 : 1;
  let offset = bottom, scale = 1 / Math.max(top - bottom, smallest);
  if (method === "percentile") {
    const [low, high] = percentiles(image, ends);
    offset = low;
    scale = 1 / Math.max(high - low, smallest);
  } else if (method === "zscore") {
    let sum = 0, squares = 0;
    for (let i = 0; i < data.length; i++) sum += data[i];
    const mean = sum / data.length;
    for (let i = 0; i < data.length; i++) squares += (data[i] - mean) ** 2;
    offset = mean;
    scale = 1 / Math.max(Math.sqrt(squares / data.length), 1e-6);
  }
  const out = new Float32Array(data.length);
  for (let i = 0; i < data.length; i++) out[i] = (data[i] - offset) * scale;
  return out;
}

/**
 * Returns the normalised values that count as the dark and the bright end of an image's range, to which changes of
 * brightness, gamma and noise are relative.
 */
export function intensityEnds(method: Normalization): readonly [dark: number, bright: number] {
  return method === "zscore" ? [-2, 2] : [0, 1];
}

/** Normalises by percentiles after replacing hot pixels, and clips values beyond them. */
function normalizeRobust(
  original: Image,
  floor: ContrastFloor | undefined,
  ends: IntensityShares,
): Float32Array {
  const { data, bits } = removeHotPixels(original);
  const [low, high] = quantiles(data, ends);
  // If both percentiles are equal, every brighter value becomes 1.
  const range = Math.max(high - low, floor ? minimumRange(original, floor) : 0, bits === 32 ? Number.MIN_VALUE : 1);
  const out = new Float32Array(data.length);
  for (let i = 0; i < out.length; i++) out[i] = Math.min(1, Math.max(0, (data[i] - low) / range));
  return out;
}
