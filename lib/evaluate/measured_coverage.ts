/** Numbers of groups for which coverage was measured, ascending. */
const GROUPS = [5, 9, 17, 39, 104] as const;

/**
 * Measured coverage by the number of trainings, at each number of {@linkcode GROUPS}: the mean over the paired differences of
 * BBBC038's study in `results/bench/coverage.json`. With several trainings it is the lower one of two spreads of trainings.
 */
const COVERAGE = [
  { trainings: 1, shares: [0.975, 0.963, 0.947, 0.935, 0.94] },
  { trainings: 2, shares: [0.962, 0.951, 0.942, 0.932, 0.927] },
  { trainings: 3, shares: [0.971, 0.966, 0.962, 0.957, 0.954] },
  { trainings: 5, shares: [0.969, 0.968, 0.966, 0.964, 0.96] },
] as const;

/**
 * Returns the measured coverage of a 95 % interval by `clusterInterval`: the share of such intervals that hold the truth, on
 * groups drawn from those of BBBC038 and trainings drawn from its seeds. It says how good such intervals are on data like
 * these, not on every data set.
 *
 * @param groups number of groups, at least 2; between two measured numbers it takes the smaller one, below 5 that of 5
 * @param trainings number of trainings; between two measured numbers it takes the smaller one
 * @returns a share, such as 0.94
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { measuredCoverage } from "lib/evaluate";
 *
 * assert.equal(measuredCoverage(39, 1), 0.935);
 * ```
 */
export function measuredCoverage(groups: number, trainings: number): number {
  const { shares } = COVERAGE.findLast((row) => row.trainings <= trainings) ?? COVERAGE[0];
  return shares[Math.max(0, GROUPS.findLastIndex((each) => each <= groups))];
}
