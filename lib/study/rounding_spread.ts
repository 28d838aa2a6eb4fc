import { mean } from "../math/mean.ts";
import { studentQuantile } from "../math/student_distribution.ts";

/** How far rounding alone moves the Dice of a run, and the share of all reruns that a tolerance covers. */
interface Spread {
  /** Standard deviation of a run's Dice. */
  deviation: number;
  /** Degrees of freedom of the deviation: the repeated runs less their means. */
  freedom: number;
  /** Share of the differences within the tolerance, if they are normal. */
  share: number;
}

/**
 * Spread that rounding alone causes in the demonstration: one fold of 13 images after 36 steps, three runs of each
 * architecture from start weights that differ by one unit in the last place. Measured by `bench/rounding_spread.ts`; a
 * test compares it with `results/bench/rounding-spread.json`.
 *
 * DeepLabV3 spreads at least seven times as much as any other architecture, so it has its own entry. Three runs bound
 * its spread so badly that a tolerance for 99.9 % would exceed 1 and allow every Dice. The other architectures are
 * pooled, so that three runs that happen to agree do not make a tolerance of nearly 0.
 */
export const ROUNDING_SPREADS = {
  deeplabv3: { deviation: 0.0952, freedom: 2, share: 0.95 },
  others: { deviation: 0.00834, freedom: 6, share: 0.999 },
} satisfies Record<string, Spread>;

/**
 * Returns the largest difference in Dice of a rerun that rounding explains, on another processor or with another thread
 * count or library: the quantile of Student's t distribution for the measured deviation, times the standard deviation of
 * a difference of two means.
 *
 * @param runs number of runs in each mean. Default 1
 */
export function roundingTolerance(architecture: string, runs = 1): number {
  const { deviation, freedom, share } = ROUNDING_SPREADS[architecture === "deeplabv3" ? "deeplabv3" : "others"];
  return studentQuantile((1 + share) / 2, freedom) * deviation * Math.sqrt(2 / runs);
}

/**
 * Returns the tolerance of an ensemble's mean Dice: the mean of its members' tolerances. An average moves as far if all
 * members move in one direction, each by its own tolerance.
 */
export function ensembleTolerance(members: readonly { architecture: string; runs: readonly unknown[] }[]): number {
  return mean(members.map(({ architecture, runs }) => roundingTolerance(architecture, runs.length)));
}

/** Returns a sentence about the differences that the tolerances allow. */
export function toleranceSentence(): string {
  const { deeplabv3, others } = ROUNDING_SPREADS;
  return `Tolerances of runs and members cover ${formatShare(others.share)} of the differences that rounding causes, ` +
    `with DeepLabV3 ${formatShare(deeplabv3.share)}`;
}

/** Formats a share as a percentage, such as `99.9 %`. */
function formatShare(share: number): string {
  return `${Number((100 * share).toFixed(1))} %`;
}
