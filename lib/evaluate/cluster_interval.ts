import { UserError } from "../io/user_error.ts";
import { deviation, mean } from "../math/mean.ts";
import { studentQuantile } from "../math/student_distribution.ts";
import { addVariances, type EstimatedVariance, weightedMeanVariance } from "./cluster_variance.ts";
import { groupMeans } from "./group_means.ts";
import type { Interval } from "./interval.ts";
import { measuredCoverage } from "./measured_coverage.ts";

/** Returns each image's mean over trainings. */
export function meanTraining(values: readonly ArrayLike<number>[]): ArrayLike<number> {
  if (values.length === 1) return values[0];
  return Float64Array.from(values[0], (_, i) => values.reduce((sum, row) => sum + row[i], 0) / values.length);
}

/** Computes the variance over groups of the mean over images. */
export function groupVariance(perImage: ArrayLike<number>, groups: readonly string[]): EstimatedVariance {
  const sizes = [...Map.groupBy(groups, (group) => group).values()].map(({ length }) => length);
  return weightedMeanVariance(groupMeans(perImage, groups), sizes.map((size) => size / groups.length));
}

/** Computes the variance over trainings of the mean over images and trainings. */
export function trainingVariance(values: readonly ArrayLike<number>[]): EstimatedVariance {
  return { variance: deviation(values.map((row) => mean(row))) ** 2 / values.length, freedom: values.length - 1 };
}

/** Computes the variance of the mean over images: that over groups, and with several trainings also that over trainings. */
export function clusterVariance(values: readonly ArrayLike<number>[], groups: readonly string[]): EstimatedVariance {
  const overGroups = groupVariance(meanTraining(values), groups);
  return values.length === 1 ? overGroups : addVariances(overGroups, trainingVariance(values));
}

/** Returns half of the width of a 95 % interval: Student's t. */
export function halfWidth({ variance, freedom }: EstimatedVariance): number {
  return variance > 0 ? studentQuantile(0.975, freedom) * Math.sqrt(variance) : 0;
}

/**
 * Makes the 95 % interval of an estimate from its variance.
 *
 * @throws {UserError} if there are fewer than two groups.
 */
export function intervalAround(
  estimate: number,
  variance: EstimatedVariance,
  groups: readonly string[],
  trainings: number,
): Interval {
  const count = countGroups(groups), half = halfWidth(variance);
  return {
    estimate,
    low: estimate - half,
    high: estimate + half,
    groups: count,
    trainings,
    coverage: measuredCoverage(count, trainings),
  };
}

/**
 * Returns the number of groups.
 *
 * @throws {UserError} if there are fewer than two.
 */
export function countGroups(groups: readonly string[]): number {
  const count = new Set(groups).size;
  if (count < 2) throw new UserError(`An interval needs two groups or more, not ${count}`);
  return count;
}

/**
 * Computes the mean over images with its 95 % interval, whose units are groups: images of one group are not independent.
 * Each image has the same weight. The interval is Student's t of the groups' means, weighted by their images, with
 * Satterthwaite's degrees of freedom (Bell & McCaffrey 2002). With groups of one size it is the t interval of their means.
 *
 * If the values come from several trainings (seeds), training is a random factor too: the variance of the mean over
 * trainings is added to that over groups, again with Satterthwaite's degrees of freedom. With one training the interval
 * does not say how another training of the same recipe would score.
 *
 * @param values each image's value per training: `[training][image]`
 * @param groups each image's group
 * @returns the mean with its interval
 * @throws {RangeError} if lengths differ.
 * @throws {UserError} if there are fewer than two groups.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { clusterInterval } from "lib/evaluate";
 *
 * const dice = [0.9, 0.92, 0.8, 0.85, 0.88, 0.89, 0.86], groups = ["a", "a", "b", "c", "d", "d", "e"];
 * const { estimate, low, high } = clusterInterval([dice], groups);
 * assert.deepEqual([estimate, low, high].map((value) => value.toFixed(2)), ["0.87", "0.81", "0.94"]);
 * ```
 */
export function clusterInterval(values: readonly ArrayLike<number>[], groups: readonly string[]): Interval {
  const odd = values.find(({ length }) => length !== groups.length);
  if (odd || values.length === 0) {
    throw new RangeError(`${odd?.length ?? 0} values for ${groups.length} images: give one per image and training`);
  }
  return intervalAround(mean(values.map((row) => mean(row))), clusterVariance(values, groups), groups, values.length);
}
