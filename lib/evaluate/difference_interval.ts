import type { Interval } from "./interval.ts";

/**
 * Computes the interval of the difference of two independent estimates from their intervals: the distances from the
 * estimates to the ends are added as squares (MOVER, Zou & Donner 2008). It needs no pairs, so that the two may come from
 * different images.
 *
 * @param first the first estimate
 * @param second the estimate that is subtracted
 * @returns the difference, in their unit, with the smaller numbers of groups and trainings, and the lower coverage
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { differenceInterval } from "lib/evaluate";
 *
 * const first = { estimate: 0.9, low: 0.87, high: 0.93, groups: 20, trainings: 1, coverage: 0.94 };
 * const second = { estimate: 0.5, low: 0.46, high: 0.54, groups: 30, trainings: 1, coverage: 0.93 };
 * const { estimate, low, high, groups } = differenceInterval(first, second);
 * assert.deepEqual([estimate, low, high].map((value) => value.toFixed(2)), ["0.40", "0.35", "0.45"]);
 * assert.equal(groups, 20);
 * ```
 */
export function differenceInterval(first: Interval, second: Interval): Interval {
  const estimate = first.estimate - second.estimate;
  return {
    estimate,
    low: estimate - Math.hypot(first.estimate - first.low, second.high - second.estimate),
    high: estimate + Math.hypot(first.high - first.estimate, second.estimate - second.low),
    groups: Math.min(first.groups, second.groups),
    trainings: Math.min(first.trainings ?? 1, second.trainings ?? 1),
    coverage: Math.min(first.coverage ?? NaN, second.coverage ?? NaN),
  };
}
