import { removeHotPixels } from "./hot_pixels.ts";
import { type Image, luminance } from "./image.ts";
import { quantiles } from "../math/quantiles.ts";

/** How an image's structure compares with its noise; but for `noise`, nothing depends on its unit, its depth or an offset. */
export interface Contrast {
  /** Standard deviation of the noise, in the image's unit. */
  noise: number;
  /** Range of the brightness, 1st to 99.8th percentile, in standard deviations of the noise. White noise alone has 5. */
  range: number;
  /**
   * The same of means over blocks of 5 × 5 pixels, in standard deviations that noise leaves in them. White noise alone has 5
   * too, noise of which neighbours share some 13; cells, which are larger than a block, have 20 and more.
   */
  structure: number;
  /** How far the brightest block lies above the 1st percentile of the blocks, in the same unit. */
  peak: number;
}

/** Side of a block in pixels. */
const BLOCK = 5;
/** Pixels so far apart hardly share noise, and mostly belong to the same ground. */
const APART = 4;
/** Differences that are looked at, at most: they give the noise within half a percent. */
const MOST = 2 ** 17;
/** A normal distribution's standard deviation by the median of its magnitudes. */
const BY_MEDIAN = 1 / 0.6744897501960817;
/** Whole numbers are rounded: a uniform distribution's standard deviation. */
const ROUNDING = 1 / Math.sqrt(12);

/** Measures an image's {@linkcode Contrast}, without its hot pixels; of an image without noise it is infinite. */
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

/** Standard deviation of the noise: by the median difference of pixels in a row or column, which cells and edges do not move. */
function measureNoise(grey: Float32Array, width: number, height: number): number {
  const step = Math.max(1, Math.ceil(2 * grey.length / MOST));
  const differences = new Float32Array(2 * Math.ceil(grey.length / step));
  let count = 0;
  for (let i = 0; i < grey.length; i += step) {
    if (i % width + APART < width) differences[count++] = Math.abs(grey[i] - grey[i + APART]);
    if (i + APART * width < width * height) differences[count++] = Math.abs(grey[i] - grey[i + APART * width]);
  }
  if (count === 0) return 0;
  const [median] = quantiles(differences.slice(0, count), [0.5]);
  return median * BY_MEDIAN / Math.SQRT2;
}

/** Means of whole blocks; of an image that is smaller, its own values. */
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
