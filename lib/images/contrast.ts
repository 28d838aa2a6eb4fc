import { BLOCK, BlockMeans, NoiseMeter } from "./contrast_meters.ts";
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

/** Standard deviation of the rounding error of integers, which is uniformly distributed. */
const ROUNDING = 1 / Math.sqrt(12);

/** Shares up to the ends of an image's range, and of its blocks'. */
export const RANGE_ENDS = [0.01, 0.998] as const, BLOCK_ENDS = [0.01, 0.998, 1] as const;

/**
 * Measures an image's {@linkcode Contrast} without its hot pixels. The contrast of an image without noise is infinite.
 */
export function measureContrast(image: Image): Contrast {
  const whole = removeHotPixels(image), grey = luminance(whole);
  const noise = new NoiseMeter(image), blocks = new BlockMeans(image);
  noise.add(grey, 0, image.height);
  blocks.add(grey, 0, image.height);
  return contrastFrom(
    image.bits,
    noise.deviation(),
    quantiles(whole.channels === 1 ? whole.data : grey, RANGE_ENDS),
    // Pixels are the blocks of an image that is smaller than a block.
    quantiles(blocks.means.length ? blocks.means : grey, BLOCK_ENDS),
  );
}

/**
 * Returns the contrast of an image.
 *
 * @param deviation of the noise
 * @param ends quantiles of {@linkcode RANGE_ENDS} of the pixels
 * @param blockEnds quantiles of {@linkcode BLOCK_ENDS} of the blocks
 */
export function contrastFrom(
  bits: Image["bits"],
  deviation: number,
  [low, high]: readonly number[],
  [dark, bright, brightest]: readonly number[],
): Contrast {
  const noise = Math.max(deviation, bits === 32 ? 0 : ROUNDING);
  return {
    noise,
    range: (high - low) / noise,
    structure: (bright - dark) * BLOCK / noise,
    peak: (brightest - dark) * BLOCK / noise,
  };
}
