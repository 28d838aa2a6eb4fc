import { type ContrastFloor, leastRange } from "./contrast_floor.ts";
import { removeHotPixels } from "./hot_pixels.ts";
import { type Image, intensityRange } from "./image.ts";
import { quantiles } from "../math/quantiles.ts";

/**
 * Ways to bring intensities to a common scale.
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
 * `robust`: the image's 1st and 99.8th percentiles become 0 and 1, and values beyond are clipped; hot pixels do not
 * count, and noise that fills the range of an empty field is not stretched. The other ways are older and stay as they
 * are, for models that were trained with them; none clips. `percentile`: the same percentiles, in floating point to a
 * 65,536th of the range from the smallest to the largest value. `zscore`: mean 0 and standard deviation 1 per image.
 * `depth`: the file's range becomes 0 to 1 (of a floating-point image its own smallest and largest value).
 */
export type Normalization = typeof NORMALIZATIONS[number];

/** Bins of the histogram of floating-point images. */
const FLOAT_BINS = 65536;

/**
 * The values below which shares of the pixels lie: exact for whole numbers; in floating point to a 65,536th of the
 * image's range.
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
 * An image's intensities on a common scale; all channels share one scale, so that colours stay.
 *
 * @param floor learnt from the images that a model is trained on; `robust` alone heeds it
 * @returns float32 `[height, width, channels]`
 * @throws {RangeError} for an unknown method; the message lists the known ones.
 */
export function normalizeImage(image: Image, method: Normalization, floor?: ContrastFloor): Float32Array {
  if (!NORMALIZATIONS.includes(method)) {
    throw new RangeError(`There is no normalization "${method}": choose one of ${NORMALIZATIONS.join(", ")}`);
  }
  if (method === "robust") return normalizeRobust(image, floor);
  const { data } = image;
  const [bottom, top] = intensityRange(image);
  // Where nothing differs, everything becomes 0.
  const smallest = image.bits === 32 ? 1e-12 : 1;
  let offset = bottom, scale = 1 / Math.max(top - bottom, smallest);
  if (method === "percentile") {
    const [low, high] = percentiles(image, [0.01, 0.998]);
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
 * The normalised values that count as the dark and the bright end of an image's range: what brightness, gamma and
 * noise go by.
 */
export function intensityEnds(method: Normalization): readonly [dark: number, bright: number] {
  return method === "zscore" ? [-2, 2] : [0, 1];
}

/** Percentiles that become 0 and 1. */
const ENDS = [0.01, 0.998] as const;

/** Percentiles of everything but hot pixels, which are replaced; what lies beyond is clipped. */
function normalizeRobust(given: Image, floor: ContrastFloor | undefined): Float32Array {
  const { data, bits } = removeHotPixels(given);
  const [low, high] = quantiles(data, ENDS);
  // Where they are one value, all that is brighter becomes 1.
  const range = Math.max(high - low, floor ? leastRange(given, floor) : 0, bits === 32 ? Number.MIN_VALUE : 1);
  const out = new Float32Array(data.length);
  for (let i = 0; i < out.length; i++) out[i] = Math.min(1, Math.max(0, (data[i] - low) / range));
  return out;
}
