/** What an image without foreground that is predicted without foreground scores. */
export const EMPTY_MASK_SCORES = ["one", "zero", "skip"] as const;
/**
 * `one` counts it as right (segmentation_models.pytorch), `zero` as wrong, `skip` leaves the image
 * out (nnU-Net).
 */
export type EmptyMaskScore = typeof EMPTY_MASK_SCORES[number];

/** Pixels of one image: found, wrongly found, missed. */
export interface PixelCounts {
  truePositive: number;
  falsePositive: number;
  falseNegative: number;
}

/**
 * Counts pixels of a probability map against a mask, foreground being > threshold.
 *
 * @param probabilities of foreground, per pixel
 * @param mask of the same pixels, foreground where larger than 0
 * @throws {RangeError} if they differ in length.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { countPixels } from "lib";
 *
 * const counts = countPixels([0.9, 0.8, 0.1, 0.2], [1, 0, 1, 0]);
 * assert.deepEqual(counts, { truePositive: 1, falsePositive: 1, falseNegative: 1 });
 * ```
 */
export function countPixels(
  probabilities: ArrayLike<number>,
  mask: ArrayLike<number>,
  threshold = 0.5,
): PixelCounts {
  if (probabilities.length !== mask.length) {
    throw new RangeError(`A map of ${probabilities.length} pixels cannot be scored on a mask of ${mask.length}`);
  }
  let truePositive = 0, falsePositive = 0, falseNegative = 0;
  for (let i = 0; i < mask.length; i++) {
    const predicted = probabilities[i] > threshold;
    if (mask[i] > 0) predicted ? truePositive++ : falseNegative++;
    else if (predicted) falsePositive++;
  }
  return { truePositive, falsePositive, falseNegative };
}

/**
 * Dice (Sørensen 1948), 2·TP / (2·TP + FP + FN); NaN where nothing is there and nothing found.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { diceScore } from "lib";
 *
 * assert.equal(diceScore({ truePositive: 3, falsePositive: 1, falseNegative: 1 }), 0.75);
 * ```
 */
export function diceScore({ truePositive, falsePositive, falseNegative }: PixelCounts): number {
  return 2 * truePositive / (2 * truePositive + falsePositive + falseNegative);
}

/** {@linkcode diceScore}, and 1 where nothing is there and nothing found. */
export function diceScoreOrOne(counts: PixelCounts): number {
  const dice = diceScore(counts);
  return Number.isNaN(dice) ? 1 : dice;
}

/** {@linkcode diceScoreOrOne} of one probability map. */
export function mapDice(probabilities: ArrayLike<number>, mask: ArrayLike<number>, threshold = 0.5): number {
  return diceScoreOrOne(countPixels(probabilities, mask, threshold));
}

/**
 * Intersection over union (Jaccard 1912), TP / (TP + FP + FN); NaN as in {@linkcode diceScore}.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { iouScore } from "lib";
 *
 * assert.equal(iouScore({ truePositive: 3, falsePositive: 1, falseNegative: 1 }), 0.6);
 * ```
 */
export function iouScore({ truePositive, falsePositive, falseNegative }: PixelCounts): number {
  return truePositive / (truePositive + falsePositive + falseNegative);
}

function applyConvention(scores: number[], empty: EmptyMaskScore): number[] {
  if (empty === "skip") return scores.filter((score) => !Number.isNaN(score));
  return scores.map((score) => Number.isNaN(score) ? (empty === "one" ? 1 : 0) : score);
}

/** Scores of a set of images, 0 to 1. */
export interface SegmentationScores {
  /** Mean of the images' Dice. */
  dice: number;
  /** Mean of the images' IoU. */
  iou: number;
  /** Dice of all pixels together. */
  microDice: number;
  /** IoU of all pixels together. */
  microIou: number;
  /** Images that count in the means. */
  images: number;
}

/**
 * Scores images by their pixel counts. An image where nothing is there and nothing was found is
 * scored as `empty` says, and micro scores likewise where that is so of all images together.
 */
export function scoreImages(counts: readonly PixelCounts[], empty: EmptyMaskScore): SegmentationScores {
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const total = counts.reduce((sum, one) => ({
    truePositive: sum.truePositive + one.truePositive,
    falsePositive: sum.falsePositive + one.falsePositive,
    falseNegative: sum.falseNegative + one.falseNegative,
  }), { truePositive: 0, falsePositive: 0, falseNegative: 0 });
  const dice = applyConvention(counts.map(diceScore), empty);
  return {
    dice: mean(dice),
    iou: mean(applyConvention(counts.map(iouScore), empty)),
    microDice: mean(applyConvention([diceScore(total)], empty)),
    microIou: mean(applyConvention([iouScore(total)], empty)),
    images: dice.length,
  };
}
