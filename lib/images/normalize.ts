import { type ContrastFloor, minimumRange } from "./contrast_floor.ts";
import { measureContrast } from "./contrast.ts";
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
export const NORMAL_ENDS: IntensityShares = [0.01, 0.998];

/** Number of bins of the histogram of floating-point images. */
const FLOAT_BINS = 65536;

/** A histogram of an image's values: of each integer, or in floating point of 1/65,536 of the image's range. */
export class IntensityHistogram {
  readonly #low: number;
  readonly #high: number;
  readonly #step: number;
  readonly #counts: Float64Array;
  #total = 0;

  /** @param range of the image's values, as from `intensityRange` */
  constructor(bits: Image["bits"], [low, high]: readonly [number, number]) {
    this.#low = low;
    this.#high = high;
    this.#step = bits === 32 ? (high - low) / (FLOAT_BINS - 1) || 1 : 1;
    this.#counts = new Float64Array(bits === 32 ? FLOAT_BINS : high + 1);
  }

  add(data: Image["data"]): void {
    const low = this.#low, step = this.#step, counts = this.#counts;
    for (let i = 0; i < data.length; i++) counts[Math.round((data[i] - low) / step)]++;
    this.#total += data.length;
  }

  /** Returns the values up to which there are shares of all values. */
  quantiles(shares: readonly number[]): number[] {
    return shares.map((share) => {
      let below = 0;
      for (let bin = 0; bin < this.#counts.length; bin++) {
        below += this.#counts[bin];
        if (below >= share * this.#total) return this.#low + this.#step * bin;
      }
      return this.#high;
    });
  }
}

/**
 * Computes quantiles of the pixels: exact for integers; in floating point with a precision of 1/65,536 of the image's
 * range.
 */
export function percentiles(image: Image, shares: readonly number[]): number[] {
  const histogram = new IntensityHistogram(image.bits, intensityRange(image));
  histogram.add(image.data);
  return histogram.quantiles(shares);
}

/** How intensities become normalised values. */
export interface IntensityScale {
  /** The value that becomes 0. */
  offset: number;
  /** Factor of the differences from it. */
  scale?: number;
  /** Divisor of the differences, which are clipped to 0 and 1. */
  range?: number;
}

/** Normalises values. */
export function scaleIntensities(data: Image["data"], { offset, scale = 1, range }: IntensityScale): Float32Array {
  const out = new Float32Array(data.length);
  if (range === undefined) { for (let i = 0; i < data.length; i++) out[i] = (data[i] - offset) * scale; }
  else for (let i = 0; i < out.length; i++) out[i] = Math.min(1, Math.max(0, (data[i] - offset) / range));
  return out;
}

/** Returns the scale from a dark to a bright value. A constant image becomes 0. */
export function linearScale(dark: number, bright: number, bits: Image["bits"]): IntensityScale {
  return { offset: dark, scale: 1 / Math.max(bright - dark, bits === 32 ? 1e-12 : 1) };
}

/** Returns the scale of a mean and a variance. */
export function standardScale(mean: number, variance: number): IntensityScale {
  return { offset: mean, scale: 1 / Math.max(Math.sqrt(variance), 1e-6) };
}

/** Returns the scale between two percentiles, over a least range. If both are equal, every brighter value becomes 1. */
export function clippedScale([low, high]: readonly number[], least: number, bits: Image["bits"]): IntensityScale {
  return { offset: low, range: Math.max(high - low, least, bits === 32 ? Number.MIN_VALUE : 1) };
}

/** @throws {OptionError} for an unknown method; the message lists the available ones. */
export function checkNormalization(method: Normalization): void {
  if (NORMALIZATIONS.includes(method)) return;
  throw new OptionError(`There is no normalization "${method}": choose one of ${NORMALIZATIONS.join(", ")}`);
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
  ends: IntensityShares = NORMAL_ENDS,
): Float32Array {
  checkNormalization(method);
  const { data, bits } = image;
  if (method === "robust") {
    const clean = removeHotPixels(image).data, least = floor ? minimumRange(measureContrast(image), floor) : 0;
    return scaleIntensities(clean, clippedScale(quantiles(clean, ends), least, bits));
  }
  if (method === "zscore") {
    let sum = 0, squares = 0;
    for (let i = 0; i < data.length; i++) sum += data[i];
    const mean = sum / data.length;
    for (let i = 0; i < data.length; i++) squares += (data[i] - mean) ** 2;
    return scaleIntensities(data, standardScale(mean, squares / data.length));
  }
  const [dark, bright] = method === "percentile" ? percentiles(image, ends) : intensityRange(image);
  return scaleIntensities(data, linearScale(dark, bright, bits));
}

/**
 * Returns the normalised values that count as the dark and the bright end of an image's range, to which changes of
 * brightness, gamma and noise are relative.
 */
export function intensityEnds(method: Normalization): readonly [dark: number, bright: number] {
  return method === "zscore" ? [-2, 2] : [0, 1];
}
