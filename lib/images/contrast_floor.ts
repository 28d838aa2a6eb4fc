import { type Contrast, measureContrast } from "./contrast.ts";
import { foregroundShare } from "./foreground.ts";
import type { Image, LabelImage } from "./image.ts";

/**
 * What training images teach about an empty field. Its percentiles lie in its noise, which normalisation by them alone
 * would stretch until it looks like cells.
 */
export interface ContrastFloor {
  /** `structure` of a {@linkcode Contrast} that 95 % of the images reach. */
  structure: number;
  /** `range` of a {@linkcode Contrast} that 95 % of them reach. */
  range: number;
  /** Their median `range`: what noise is shown with where it is all that fills an image's range. */
  shown: number;
}

/** An image is taken for noise below this share of what training images reach, and never above these limits. */
const SHARE = 0.5, MOST_STRUCTURE = 15, MOST_RANGE = 8;
/** From here on noise is not seen. */
const MOST_SHOWN = 1000;
/** What stands out of noise is so many times as high as the noise's range. */
const STANDS_OUT = 3;
/** A block's mean has a fifth of a pixel's noise. */
const BLOCK_GAIN = 5;

/**
 * Learns from the images that have foreground.
 *
 * @returns `undefined` if none has.
 */
export function learnContrastFloor(
  samples: readonly { image: Image; labels: LabelImage }[],
): ContrastFloor | undefined {
  const contrasts = samples.filter(({ labels }) => foregroundShare(labels) > 0)
    .map(({ image }) => measureContrast(image));
  if (contrasts.length === 0) return undefined;
  const quantile = (share: number, measure: (contrast: Contrast) => number) => {
    // An image of one value has no contrast; one without noise has any.
    const sorted = contrasts.map(measure).map((value) => Math.min(MOST_SHOWN, Number.isNaN(value) ? 0 : value))
      .sort((a, b) => a - b);
    return sorted[Math.floor(share * (sorted.length - 1))];
  };
  return {
    structure: quantile(0.05, ({ structure }) => structure),
    range: quantile(0.05, ({ range }) => range),
    shown: quantile(0.5, ({ range }) => range),
  };
}

function leastStructure({ structure }: ContrastFloor): number {
  return Math.min(MOST_STRUCTURE, SHARE * structure);
}

/** Whether an image probably shows nothing: no block of it stands out of its noise. An image of one value is no such field. */
export function isEmptyField({ peak, range }: Contrast, floor: ContrastFloor): boolean {
  return range > 0 && peak < leastStructure(floor);
}

/** The least range that an image is normalised with, in its own unit; 0 where more than noise fills its range. */
export function leastRange(image: Image, floor: ContrastFloor): number {
  const { noise, range, structure, peak } = measureContrast(image);
  const hidden = range < Math.min(MOST_RANGE, SHARE * floor.range) && peak > STANDS_OUT * BLOCK_GAIN * range;
  return structure < leastStructure(floor) || hidden ? floor.shown * noise : 0;
}
