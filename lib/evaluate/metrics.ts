/** Conventions for the score of an image with neither true nor predicted foreground. */
export const EMPTY_MASK_SCORES = ["one", "zero", "skip"] as const;
/**
 * `one` counts it as correct (segmentation_models.pytorch), `zero` as wrong, and `skip` omits the image
 * (nnU-Net).
 */
export type EmptyMaskScore = typeof EMPTY_MASK_SCORES[number];

/** Numbers of true positive, false positive and false negative pixels of an image. */
export interface PixelCounts {
  truePositive: number;
  falsePositive: number;
  falseNegative: number;
}

/**
 * Compares a probability map with a mask. Foreground is a probability larger than `threshold`, and a mask larger than
 * 0.
 *
 * @param probabilities probabilities of foreground, per pixel
 * @param mask the same pixels, foreground if larger than 0
 * @throws {RangeError} if the lengths differ.
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
    throw new RangeError(`A map of ${probabilities.length} pixels cannot be compared with a mask of ${mask.length}`);
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
 * Computes the Dice score (Sørensen 1948), 2·TP / (2·TP + FP + FN); NaN if all counts are 0.
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

/** Computes {@linkcode diceScore}, but returns 1 if all counts are 0. */
export function diceScoreOrOne(counts: PixelCounts): number {
  const dice = diceScore(counts);
  return Number.isNaN(dice) ? 1 : dice;
}

/** Computes {@linkcode diceScoreOrOne} of one probability map. */
export function mapDice(probabilities: ArrayLike<number>, mask: ArrayLike<number>, threshold = 0.5): number {
  return diceScoreOrOne(countPixels(probabilities, mask, threshold));
}

/**
 * Computes the intersection over union (Jaccard 1912), TP / (TP + FP + FN); NaN if all counts are 0.
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

/**
 * Applies a convention to scores of images.
 *
 * @param scores a score per image; NaN for an image that has nothing to score
 */
export function applyConvention(scores: number[], empty: EmptyMaskScore): number[] {
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
  /** Number of images in the means. */
  images: number;
}

/** Adds the counts of two sets of pixels. */
export function addPixelCounts(a: PixelCounts, b: PixelCounts): PixelCounts {
  return {
    truePositive: a.truePositive + b.truePositive,
    falsePositive: a.falsePositive + b.falsePositive,
    falseNegative: a.falseNegative + b.falseNegative,
  };
}

/**
 * Scores images by their pixel counts. `empty` determines the score of an image with neither true nor predicted
 * foreground, and the micro scores if that holds for all images.
 */
export function scoreImages(counts: readonly PixelCounts[], empty: EmptyMaskScore): SegmentationScores {
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const total = counts.reduce(addPixelCounts, { truePositive: 0, falsePositive: 0, falseNegative: 0 });
  const dice = applyConvention(counts.map(diceScore), empty);
  return {
    dice: mean(dice),
    iou: mean(applyConvention(counts.map(iouScore), empty)),
    microDice: mean(applyConvention([diceScore(total)], empty)),
    microIou: mean(applyConvention([iouScore(total)], empty)),
    images: dice.length,
  };
}
