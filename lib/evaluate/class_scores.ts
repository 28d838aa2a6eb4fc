import { diceScore, type EmptyMaskScore, type PixelCounts, scoreImages, type SegmentationScores } from "./metrics.ts";

/** Scores of each class, and their mean. */
export interface ClassScores {
  /** Mean over the classes that have a score: macro scores. `images` is the largest number of any class. */
  mean: SegmentationScores;
  /** Scores by the name of the class. */
  classes: Record<string, SegmentationScores>;
}

/** Computes the mean of the numbers that are not NaN. */
function meanOfNumbers(values: readonly number[]): number {
  const numbers = values.filter((value) => !Number.isNaN(value));
  return numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
}

/**
 * Scores images by the pixel counts of each class.
 *
 * @param counts for each image, the counts of each class
 * @param names names of the classes, in the order of the counts
 * @param empty score of a class that an image neither has nor is predicted to have
 */
export function scoreClasses(
  counts: readonly (readonly PixelCounts[])[],
  names: readonly string[],
  empty: EmptyMaskScore,
): ClassScores {
  const scores = names.map((_, c) => scoreImages(counts.map((image) => image[c]), empty));
  const mean = (score: (scores: SegmentationScores) => number) => meanOfNumbers(scores.map(score));
  return {
    mean: {
      dice: mean(({ dice }) => dice),
      iou: mean(({ iou }) => iou),
      microDice: mean(({ microDice }) => microDice),
      microIou: mean(({ microIou }) => microIou),
      images: Math.max(...scores.map(({ images }) => images)),
    },
    classes: Object.fromEntries(names.map((name, c) => [name, scores[c]])),
  };
}

/** Computes the mean of the classes' Dice in one image; NaN if none has one. */
export function meanDice(counts: readonly PixelCounts[]): number {
  return meanOfNumbers(counts.map(diceScore));
}
