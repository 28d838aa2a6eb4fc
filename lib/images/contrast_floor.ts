import { type Contrast, measureContrast } from "./contrast.ts";
import { foregroundShare } from "./foreground.ts";
import type { Image, LabelImage } from "./image.ts";

/**
 * Contrast of the training images, used to recognise empty fields. The percentiles of an empty field lie within its
 * noise, so normalisation by percentiles alone would stretch the noise until it looks like cells.
 */
export interface ContrastFloor {
  /** The `structure` of a {@linkcode Contrast} that 95 % of the images reach. */
  structure: number;
  /** The `range` of a {@linkcode Contrast} that 95 % of them reach. */
  range: number;
  /** Their median `range`: the range for normalising an image that contains only noise. */
  medianRange: number;
}

/** An image counts as noise below this share of the training images' contrast, and never above these limits. */
const SHARE = 0.5, MAX_STRUCTURE = 15, MAX_RANGE = 8;
/** Range, in standard deviations of the noise, at which noise becomes invisible. */
const MAX_SHOWN = 1000;
/** A structure is visible above noise if its peak is this many times the noise's range. */
const VISIBLE_PEAK = 3;
/** Factor by which a block's mean has less noise than a pixel. */
const BLOCK_GAIN = 5;

/**
 * Measures the contrast of the images that have foreground.
 *
 * @returns `undefined` if no image has foreground.
 */
export function learnContrastFloor(
  samples: readonly { image: Image; labels: LabelImage }[],
): ContrastFloor | undefined {
  const contrasts = samples.filter(({ labels }) => foregroundShare(labels) > 0)
    .map(({ image }) => measureContrast(image));
  if (contrasts.length === 0) return undefined;
  const quantile = (share: number, measure: (contrast: Contrast) => number) => {
    // A constant image has no contrast (NaN); an image without noise has infinite contrast.
    const sorted = contrasts.map(measure).map((value) => Math.min(MAX_SHOWN, Number.isNaN(value) ? 0 : value))
      .sort((a, b) => a - b);
    return sorted[Math.floor(share * (sorted.length - 1))];
  };
  return {
    structure: quantile(0.05, ({ structure }) => structure),
    range: quantile(0.05, ({ range }) => range),
    medianRange: quantile(0.5, ({ range }) => range),
  };
}

function minimumStructure({ structure }: ContrastFloor): number {
  return Math.min(MAX_STRUCTURE, SHARE * structure);
}

/** Returns whether an image is probably empty: no block exceeds its noise. A constant image does not count as empty. */
export function isEmptyField({ peak, range }: Contrast, floor: ContrastFloor): boolean {
  return range > 0 && peak < minimumStructure(floor);
}

/** Returns the minimum range for normalising an image, in its unit; 0 if its range contains more than noise. */
export function minimumRange({ noise, range, structure, peak }: Contrast, floor: ContrastFloor): number {
  const hidden = range < Math.min(MAX_RANGE, SHARE * floor.range) && peak > VISIBLE_PEAK * BLOCK_GAIN * range;
  return structure < minimumStructure(floor) || hidden ? floor.medianRange * noise : 0;
}
