/** Numbers of groups for which coverage was measured, ascending. */
const GROUPS = [5, 9, 17, 39, 104] as const;

/**
 * Measured coverage by the number of trainings, at each number of {@linkcode GROUPS}: that of the worst kind of the paired
 * differences of BBBC038's study in `results/bench/coverage.json` (losses, architectures, ensembles), each kind the mean of
 * its differences. With several trainings it is the lower one of two spreads of trainings.
 */
const COVERAGE = [
  { trainings: 1, shares: [0.971, 0.957, 0.914, 0.879, 0.911] },
  { trainings: 2, shares: [0.952, 0.939, 0.927, 0.915, 0.908] },
  { trainings: 3, shares: [0.963, 0.959, 0.952, 0.947, 0.942] },
  { trainings: 5, shares: [0.962, 0.96, 0.956, 0.951, 0.953] },
] as const;

/** Returns the places of the measured numbers around a number: one if it was measured, or is above them all. */
function neighbours(measured: readonly number[], wanted: number): number[] {
  const below = measured.findLastIndex((each) => each <= wanted);
  return measured[below] === wanted || below === measured.length - 1 ? [below] : [below, below + 1];
}

/**
 * Returns the measured coverage of a 95 % interval by `clusterInterval`: the share of such intervals that hold the truth, on
 * groups drawn from those of BBBC038 and trainings drawn from its seeds, for the kind of difference on which they are worst.
 * It says how good such intervals are on data like these, not on every data set: a single difference can have a lower coverage
 * than its kind.
 *
 * @param groups number of groups, at least 2
 * @param trainings number of trainings, at least 1
 * @returns a share, such as 0.94. Between measured numbers it is the lower one of the neighbours, above them that of the
 * largest. Below 5 groups nothing was measured: NaN.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { measuredCoverage } from "lib/evaluate";
 *
 * assert.equal(measuredCoverage(39, 1), 0.879);
 * assert.equal(measuredCoverage(20, 1), 0.879);
 * assert.equal(measuredCoverage(4, 1), NaN);
 * ```
 */
export function measuredCoverage(groups: number, trainings: number): number {
  if (!(groups >= GROUPS[0] && trainings >= 1)) return NaN;
  const rows = neighbours(COVERAGE.map(({ trainings }) => trainings), trainings);
  const columns = neighbours(GROUPS, groups);
  return Math.min(...rows.flatMap((row) => columns.map((column) => COVERAGE[row].shares[column])));
}
