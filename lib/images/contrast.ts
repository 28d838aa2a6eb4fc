import { removeHotPixels } from "./hot_pixels.ts";
import { type Image, luminance } from "./image.ts";
import { quantiles } from "../math/quantiles.ts";

/**
 * An image's structure relative to its noise. Except for `noise`, the values do not depend on the image's unit, depth
 * or offset.
 */
export interface Contrast {
  /** Standard deviation of the noise, in the image's unit. */
  noise: number;
  /**
   * Range of the brightness, 1st to 99.8th percentile, in standard deviations of the noise. White noise alone has 5.
   */
  range: number;
  /**
   * The same range of means over blocks of 5 × 5 pixels, in standard deviations of white noise in such means. White
   * noise alone has 5 as well, spatially correlated noise about 13; cells, which are larger than a block, have 20 and
   * more.
   */
  structure: number;
  /** Difference between the brightest block and the 1st percentile of the blocks, in the same unit. */
  peak: number;
}

/** Side of a block in pixels. */
const BLOCK = 5;
/** Distance in pixels at which noise is hardly correlated, while the underlying brightness is mostly the same. */
const DISTANCE = 4;
/** Maximum number of differences that are used: they give the noise within half a percent. */
const MAX_DIFFERENCES = 2 ** 17;
/** Standard deviation of a normal distribution, divided by its median absolute value. */
const DEVIATION_PER_MEDIAN = 1 / 0.6744897501960817;
/** Standard deviation of the rounding error of integers, which is uniformly distributed. */
const ROUNDING = 1 / Math.sqrt(12);

/**
 * Measures an image's {@linkcode Contrast} without its hot pixels. The contrast of an image without noise is infinite.
 */
export function measureContrast(image: Image): Contrast {
  const { width, height, bits } = image;
  const whole = removeHotPixels(image);
  const grey = luminance(whole);
  const noise = Math.max(measureNoise(grey, width, height), bits === 32 ? 0 : ROUNDING);
  const blocks = blockMeans(grey, width, height);
  const [low, high] = quantiles(whole.channels === 1 ? whole.data : grey, [0.01, 0.998]);
  const [dark, bright, brightest] = quantiles(blocks, [0.01, 0.998, 1]);
  return {
    noise,
    range: (high - low) / noise,
    structure: (bright - dark) * BLOCK / noise,
    peak: (brightest - dark) * BLOCK / noise,
  };
}

/**
 * Estimates the standard deviation of the noise from the median difference of nearby pixels, which is robust to cells
 * and edges.
 */
function measureNoise(grey: Float32Array, width: number, height: number): number {
  const step = Math.max(1, Math.ceil(2 * grey.length / MAX_DIFFERENCES));
  const differences = new Float32Array(2 * Math.ceil(grey.length / step));
  let count = 0;
  for (let i = 0; i < grey.length; i += step) {
    if (i % width + DISTANCE < width) differences[count++] = Math.abs(grey[i] - grey[i + DISTANCE]);
    if (i + DISTANCE * width < width * height) differences[count++] = Math.abs(grey[i] - grey[i + DISTANCE * width]);
  }
  if (count === 0) return 0;
  const [median] = quantiles(differences.slice(0, count), [0.5]);
  return median * DEVIATION_PER_MEDIAN / Math.SQRT2;
}

/** Returns the means of whole blocks, or the pixel values of an image that is smaller than a block. */
function blockMeans(grey: Float32Array, width: number, height: number): Float32Array {
  const columns = Math.floor(width / BLOCK), rows = Math.floor(height / BLOCK);
  if (columns * rows === 0) return grey;
  const means = new Float32Array(columns * rows);
  for (let y = 0; y < rows * BLOCK; y++) {
    const row = Math.floor(y / BLOCK) * columns;
    for (let x = 0; x < columns * BLOCK; x++) means[row + Math.floor(x / BLOCK)] += grey[y * width + x] / BLOCK ** 2;
  }
  return means;
}
