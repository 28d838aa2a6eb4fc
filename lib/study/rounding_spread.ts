/**
 * Standard deviation of a run's Dice that rounding alone causes in the demonstration: one fold of 13 images after 36
 * steps, from start weights that differ by one unit in the last place, pooled over the architectures. Measured by
 * `bench/rounding_spread.ts`; a test compares it with `results/bench/rounding-spread.json`.
 */
export const ROUNDING_SPREAD = 0.048;

/** Standard deviations of a difference: if differences are normal, 61 runs stay within in 99.6 % of all reruns. */
const FACTOR = 4;

/**
 * Returns the largest difference in Dice of a rerun that rounding explains, on another processor or with another thread
 * count or library: four standard deviations of the difference of two means.
 *
 * @param runs number of runs in each mean. Default 1
 */
export function roundingTolerance(runs = 1): number {
  return FACTOR * ROUNDING_SPREAD * Math.sqrt(2 / runs);
}
