import { mean } from "../math/mean.ts";
import { diceScore, type EmptyMaskScore, type PixelCounts, scoreImages, type SegmentationScores } from "./metrics.ts";

/** Scores of each class, and their mean. */
export interface ClassScores {
  /** Mean over the scored classes: macro scores. `images` is the largest number of any class. */
  mean: SegmentationScores;
  /** Scores by the name of the class; without the classes that no image has or is predicted to have. */
  classes: Record<string, SegmentationScores>;
}

/** Computes the mean of the numbers that are not NaN. */
function meanOfNumbers(values: readonly number[]): number {
  return mean(values.filter((value) => !Number.isNaN(value)));
}

/** Returns whether a class is in the truth or in the prediction. */
function isPresent(counts: PixelCounts): boolean {
  return !Number.isNaN(diceScore(counts));
}

/** Returns the classes that are present in an image; all of them if none is. */
function presentClasses(counts: readonly (readonly PixelCounts[])[], names: readonly string[]): number[] {
  const all = names.map((_, c) => c), present = all.filter((c) => counts.some((image) => isPresent(image[c])));
  return present.length > 0 ? present : all;
}

/**
 * Scores images by the pixel counts of each class. A class that no image has or is predicted to have is left out, unless
 * that holds for all classes.
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
  const present = presentClasses(counts, names);
  const scores = present.map((c) => scoreImages(counts.map((image) => image[c]), empty));
  const mean = (score: (scores: SegmentationScores) => number) => meanOfNumbers(scores.map(score));
  return {
    mean: {
      dice: mean(({ dice }) => dice),
      iou: mean(({ iou }) => iou),
      microDice: mean(({ microDice }) => microDice),
      microIou: mean(({ microIou }) => microIou),
      images: Math.max(...scores.map(({ images }) => images)),
    },
    classes: Object.fromEntries(present.map((c, k) => [names[c], scores[k]])),
  };
}

/**
 * Computes the mean of the classes' Dice in each image, by the conventions of {@linkcode scoreClasses}. With `empty` `one`
 * or `zero`, the mean of the images is that of the classes.
 *
 * @returns a number per image; NaN for an image that neither has nor is predicted to have any class
 */
export function imageDice(
  counts: readonly (readonly PixelCounts[])[],
  names: readonly string[],
  empty: EmptyMaskScore,
): number[] {
  const present = presentClasses(counts, names);
  return counts.map((image) => {
    const classes = present.map((c) => image[c]);
    return classes.some(isPresent) ? meanOfNumbers(classes.map((each) => scoreImages([each], empty).dice)) : NaN;
  });
}
