import { deviation, mean } from "../math/mean.ts";
import { studentQuantile } from "../math/student_distribution.ts";
import { clusterVariance, groupVariance, intervalAround, meanTraining, trainingVariance } from "./cluster_interval.ts";
import { addVariances, type EstimatedVariance } from "./cluster_variance.ts";
import { groupMeans } from "./group_means.ts";
import type { Interval } from "./interval.ts";
import { type WilcoxonResult, wilcoxonSignedRank } from "./wilcoxon.ts";

/** A comparison of two methods, paired by image. */
export interface Comparison {
  /** Mean over images of the first minus the second, with its interval over groups, and over trainings if there are several. */
  difference: Interval;
  /** Test of the groups' mean differences, in which each group counts once. */
  wilcoxon: WilcoxonResult;
  /** The difference in units of the standard deviation of the groups' mean differences (Cohen's d for pairs). */
  effectSize: number;
  /**
   * The smallest distance of the difference from 0 that is detected with a power of 80 % at a level of 5 %, given the
   * interval's standard error. By a margin, the smallest such difference is the margin and this distance.
   */
  detectable: number;
  /** Numbers of images on which the first is better, worse, or equal within 10⁻⁶. */
  wins: number;
  losses: number;
  ties: number;
}

/** Numbers of images on which a method is better, worse, or equal. */
export type ImageCounts = Pick<Comparison, "wins" | "losses" | "ties">;

/**
 * Counts the images on which a method is better, worse, or equal within 10⁻⁶: scores in records are rounded.
 *
 * @param differences each image's score by the method, less that by the other
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { countImages } from "lib/evaluate";
 *
 * assert.deepEqual(countImages([0.1, -0.1, -0.2, 1e-9]), { wins: 1, losses: 2, ties: 1 });
 * ```
 */
export function countImages(differences: ArrayLike<number>): ImageCounts {
  const values = Array.from(differences);
  const wins = values.filter((value) => value > 1e-6).length, losses = values.filter((value) => value < -1e-6).length;
  return { wins, losses, ties: values.length - wins - losses };
}

/** Throws if values of trainings and images do not have the lengths that a comparison needs. */
function assertLengths(values: readonly ArrayLike<number>[], groups: readonly string[]): void {
  if (values.length === 0) throw new RangeError("There is no training to compare: give one or more");
  const odd = values.find(({ length }) => length !== groups.length);
  if (odd) throw new RangeError(`${odd.length} values for ${groups.length} images: give one per image and training`);
}

/** Describes the difference of each image. */
function describe(
  perImage: ArrayLike<number>,
  total: EstimatedVariance,
  groups: readonly string[],
  trainings: number,
): Comparison {
  const difference = intervalAround(mean(perImage), total, groups, trainings);
  const perGroup = groupMeans(perImage, groups), spread = deviation(perGroup);
  return {
    difference,
    wilcoxon: wilcoxonSignedRank(perGroup),
    effectSize: spread > 0 ? difference.estimate / spread : 0,
    detectable: (studentQuantile(0.975, total.freedom) + studentQuantile(0.8, total.freedom)) *
      Math.sqrt(total.variance),
    ...countImages(perImage),
  };
}

/**
 * Compares two methods on the same images: interval by {@linkcode clusterInterval}, Wilcoxon's test of the groups'
 * means, effect size, and detectable difference.
 *
 * @param ours the first method's value of each image, per training: `[training][image]`
 * @param theirs the second method's values, with paired trainings
 * @param groups each image's group
 * @throws {RangeError} if there is no training, if the methods differ in their number of trainings, or if a training does
 * not have one value per image.
 * @throws {UserError} if there are fewer than two groups.
 */
export function comparePaired(
  ours: readonly ArrayLike<number>[],
  theirs: readonly ArrayLike<number>[],
  groups: readonly string[],
): Comparison {
  if (ours.length !== theirs.length) {
    throw new RangeError(
      `${ours.length} trainings cannot be paired with ${theirs.length}: give as many of both, or use compareUnpaired`,
    );
  }
  for (const values of [ours, theirs]) assertLengths(values, groups);
  const differences = ours.map((row, t) => Float64Array.from(row, (value, i) => value - theirs[t][i]));
  return describe(meanTraining(differences), clusterVariance(differences, groups), groups, ours.length);
}

/**
 * Compares two methods on the same images by trainings that are no pairs, such as trainings with other seeds. Images are
 * paired. The variance of the difference is that over groups plus each method's variance over its trainings, with
 * Satterthwaite's degrees of freedom, as in Welch's test. If a method has one training, nothing says how its trainings
 * differ, so the interval is about the trained networks only.
 *
 * @param ours the first method's value of each image, per training: `[training][image]`
 * @param theirs the second method's values; the number of trainings may differ
 * @param groups each image's group
 * @returns the comparison, whose number of trainings is the smaller one
 * @throws {RangeError} if a method has no training, or if a training does not have one value per image.
 * @throws {UserError} if there are fewer than two groups.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { compareUnpaired } from "lib/evaluate";
 *
 * const groups = ["a", "b", "c"], ours = [[0.9, 0.8, 0.7], [0.92, 0.82, 0.72], [0.91, 0.81, 0.71]];
 * const { difference } = compareUnpaired(ours, [[0.8, 0.7, 0.6], [0.81, 0.71, 0.61]], groups);
 * assert.equal(difference.estimate.toFixed(3), "0.105");
 * assert.equal(difference.trainings, 2);
 * ```
 */
export function compareUnpaired(
  ours: readonly ArrayLike<number>[],
  theirs: readonly ArrayLike<number>[],
  groups: readonly string[],
): Comparison {
  for (const values of [ours, theirs]) assertLengths(values, groups);
  const minuends = meanTraining(ours), subtrahends = meanTraining(theirs);
  const perImage = Float64Array.from(groups, (_, i) => minuends[i] - subtrahends[i]);
  const trainings = Math.min(ours.length, theirs.length), overGroups = groupVariance(perImage, groups);
  const total = trainings === 1
    ? overGroups
    : addVariances(overGroups, trainingVariance(ours), trainingVariance(theirs));
  return describe(perImage, total, groups, trainings);
}
