import { countGroups, halfWidth } from "./cluster_interval.ts";
import { weightedMeanVariance } from "./cluster_variance.ts";
import type { Interval } from "./interval.ts";

/** The terms of a pooled score: the sum of the parts over all images, divided by the sum of the wholes. */
export interface PooledTerms {
  /** Each image's part, such as its matched objects. */
  parts: ArrayLike<number>;
  /** Each image's whole, such as its objects; at least 0. */
  wholes: ArrayLike<number>;
}

const sum = (values: ArrayLike<number>) => Array.from(values).reduce((total, value) => total + value, 0);

/**
 * Computes a pooled score: the sum of the parts divided by the sum of the wholes. Without wholes it is 1, as the score of an
 * empty image is.
 *
 * @param terms each image's part and whole
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { pooledScore } from "lib/evaluate";
 *
 * assert.equal(pooledScore({ parts: [3, 0], wholes: [4, 2] }), 0.5);
 * ```
 */
export function pooledScore({ parts, wholes }: PooledTerms): number {
  const whole = sum(wholes);
  return whole > 0 ? sum(parts) / whole : 1;
}

/** A pooled score, linear in the images. */
interface Linearised {
  estimate: number;
  /** What each image adds to the estimate's error, to first order; with a sum of 0. */
  errors: Float64Array;
  /** Each image's share of the wholes, with a sum of 1; all 0 if there are no wholes. */
  shares: Float64Array;
}

/** Linearises the mean of pooled scores of the same images, such as average precisions at several thresholds. */
function linearise(scores: readonly PooledTerms[], images: number): Linearised {
  const errors = new Float64Array(images), shares = new Float64Array(images);
  let estimate = 0;
  for (const terms of scores) {
    const { parts, wholes } = terms, whole = sum(wholes), score = pooledScore(terms);
    estimate += score / scores.length;
    for (let i = 0; i < images && whole > 0; i++) {
      errors[i] += (parts[i] - score * wholes[i]) / whole / scores.length;
      shares[i] += wholes[i] / whole / scores.length;
    }
  }
  return { estimate, errors, shares };
}

/** Computes the interval of a linearised score, whose units are groups. */
function linearInterval({ estimate, errors, shares }: Linearised, groups: readonly string[]): Interval {
  const byGroup = new Map<string, { error: number; share: number }>();
  groups.forEach((group, i) => {
    const { error, share } = byGroup.get(group) ?? { error: 0, share: 0 };
    byGroup.set(group, { error: error + errors[i], share: share + shares[i] });
  });
  countGroups(groups);
  // A group without objects has no part in a pooled score.
  const counted = [...byGroup.values()].filter(({ share }) => share > 0);
  let half = NaN;
  if (counted.length > 1) {
    const values = counted.map(({ error, share }) => error / share);
    half = halfWidth(weightedMeanVariance(values, counted.map(({ share }) => share)));
  }
  // Coverage was measured of means over images.
  return {
    estimate,
    low: estimate - half,
    high: estimate + half,
    groups: counted.length,
    trainings: 1,
    coverage: NaN,
  };
}

function checkLengths(scores: readonly PooledTerms[], images: number): void {
  if (scores.length === 0) throw new RangeError("No terms are given: give those of one pooled score or more");
  for (const { length } of scores.flatMap(({ parts, wholes }) => [parts, wholes])) {
    if (length !== images) throw new RangeError(`${length} values for ${images} images: give one per image`);
  }
}

/**
 * Computes a pooled score with its 95 % interval, whose units are groups. The score is a ratio of sums over images, or the
 * mean of such ratios. It is linearised (delta method): a group's value is its own ratio, its weight its share of the
 * wholes. Of these it is the same t interval as `clusterInterval` of means: with wholes of 1, both are equal.
 *
 * @param scores the terms of one ratio, or of several whose mean is the score
 * @param groups each image's group
 * @returns the score with its interval, of one training; `groups` counts those with wholes, and `coverage` is NaN as it was
 * not measured. With fewer than two such groups the ends are NaN.
 * @throws {RangeError} if lengths differ or there are no terms.
 * @throws {UserError} if there are fewer than two groups.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { pooledInterval } from "lib/evaluate";
 *
 * const matched = { parts: [8, 3, 40, 9], wholes: [10, 5, 50, 10] };
 * const { estimate, low, high } = pooledInterval([matched], ["a", "b", "c", "d"]);
 * assert.deepEqual([estimate, low, high].map((value) => value.toFixed(2)), ["0.80", "0.62", "0.98"]);
 * ```
 */
export function pooledInterval(scores: readonly PooledTerms[], groups: readonly string[]): Interval {
  checkLengths(scores, groups.length);
  return linearInterval(linearise(scores, groups.length), groups);
}

/**
 * Computes the difference of two pooled scores of the same images with its 95 % interval, as {@linkcode pooledInterval}
 * does: what a group adds to one score is paired with what it adds to the other. Its weight is the mean of its shares of
 * the wholes.
 *
 * @param ours terms of the first score
 * @param theirs terms of the second score, which is subtracted
 * @param groups each image's group
 * @throws {RangeError} if lengths differ or there are no terms.
 * @throws {UserError} if there are fewer than two groups.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { pooledDifference } from "lib/evaluate";
 *
 * const ours = { parts: [8, 9, 10, 9], wholes: [10, 12, 14, 10] };
 * const theirs = { parts: [7, 8, 9, 7], wholes: [11, 12, 14, 10] };
 * const { estimate, low, high } = pooledDifference([ours], [theirs], ["a", "b", "c", "d"]);
 * assert.deepEqual([estimate, low, high].map((value) => value.toFixed(2)), ["0.12", "0.02", "0.23"]);
 * ```
 */
export function pooledDifference(
  ours: readonly PooledTerms[],
  theirs: readonly PooledTerms[],
  groups: readonly string[],
): Interval {
  checkLengths(ours, groups.length);
  checkLengths(theirs, groups.length);
  const a = linearise(ours, groups.length), b = linearise(theirs, groups.length);
  return linearInterval({
    estimate: a.estimate - b.estimate,
    errors: a.errors.map((error, i) => error - b.errors[i]),
    shares: a.shares.map((share, i) => (share + b.shares[i]) / 2),
  }, groups);
}
