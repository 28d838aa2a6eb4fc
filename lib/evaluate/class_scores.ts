import { mean } from "../math/mean.ts";
import {
  applyConvention,
  diceScore,
  type EmptyMaskScore,
  iouScore,
  type PixelCounts,
  scoreImages,
  type SegmentationScores,
} from "./metrics.ts";

/** Scores of each class, and their mean. */
export interface ClassScores {
  /** Means over the images, of which each is the mean of its classes; the micro scores are means of the classes. */
  mean: SegmentationScores;
  /** Scores by the name of the class, over the images in which it occurs; without the classes that occur in none. */
  classes: Record<string, SegmentationScores>;
}

/**
 * Computes the mean over the classes that occur in an image, in its truth or in its prediction.
 *
 * @param scores a score per class; NaN for a class that does not occur
 * @returns NaN if no class occurs
 */
export function meanOfOccurring(scores: readonly number[]): number {
  return mean(scores.filter((score) => !Number.isNaN(score)));
}

/**
 * Scores images by the pixel counts of each class. A class counts in the images in which it occurs, in the truth or in the
 * prediction, and nowhere else.
 *
 * @param counts for each image, the counts of each class
 * @param names names of the classes, in the order of the counts
 * @param empty score of an image in which no class occurs
 */
export function scoreClasses(
  counts: readonly (readonly PixelCounts[])[],
  names: readonly string[],
  empty: EmptyMaskScore,
): ClassScores {
  const classes = names.map((_, c) => scoreImages(counts.map((image) => image[c]), "skip"));
  const byImage = (score: (counts: PixelCounts) => number) =>
    applyConvention(counts.map((image) => meanOfOccurring(image.map(score))), empty);
  const pooled = (values: number[]) => mean(applyConvention([meanOfOccurring(values)], empty));
  const dice = byImage(diceScore);
  return {
    mean: {
      dice: mean(dice),
      iou: mean(byImage(iouScore)),
      microDice: pooled(classes.map(({ microDice }) => microDice)),
      microIou: pooled(classes.map(({ microIou }) => microIou)),
      images: dice.length,
    },
    classes: Object.fromEntries(
      names.map((name, c) => [name, classes[c]] as const).filter(([, { images }]) => images > 0),
    ),
  };
}

/**
 * Computes the Dice of each image, the mean over the classes that occur in it.
 *
 * @param counts for each image, the counts of each class
 * @returns a number per image; NaN for an image in which no class occurs
 */
export function imageDice(counts: readonly (readonly PixelCounts[])[]): number[] {
  return counts.map((image) => meanOfOccurring(image.map(diceScore)));
}
