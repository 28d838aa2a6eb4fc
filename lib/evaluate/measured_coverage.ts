/** Numbers of groups for which coverage was measured, ascending. */
const GROUPS = [5, 9, 17, 39, 104] as const;

/** Measured coverage, by the number of trainings, at each number of {@linkcode GROUPS}. */
const COVERAGE: Readonly<Record<number, readonly number[]>> = {
  1: [0.77, 0.83, 0.87, 0.89, 0.91],
  2: [0.7, 0.75, 0.78, 0.78, 0.78],
  3: [0.75, 0.8, 0.86, 0.86, 0.86],
  5: [0.77, 0.83, 0.87, 0.89, 0.91],
};

/**
 * Returns the measured coverage of a nominal 95 % interval.
 *
 * @param groups number of groups, at least 2; between two measured numbers the smaller one counts, and below all of
 * them the smallest
 * @param trainings number of trainings, in the same way
 * @returns a share, such as 0.91
 */
export function measuredCoverage(groups: number, trainings: number): number {
  const row = Object.keys(COVERAGE).map(Number).filter((each) => each <= trainings).at(-1) ?? 1;
  return COVERAGE[row][Math.max(0, GROUPS.findLastIndex((each) => each <= groups))];
}
