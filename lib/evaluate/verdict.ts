import type { Interval } from "./interval.ts";

/** Differences in Dice below this are too small to matter. The margin is the same in both directions. */
export const MARGIN = 0.01;

/** The smallest number of trainings per method for a verdict on the method. */
export const LEAST_TRAININGS = 3;

/** The smallest measured coverage of an interval, nominally 0.95, for a verdict on the method. */
export const LEAST_COVERAGE = 0.9;

/** The verdict on a claim, from an interval. */
export type Verdict = "supported" | "refuted" | "inconclusive";

/** The verdict on a difference, from its interval. */
export type DifferenceVerdict = "better" | "worse" | "equivalent" | "inconclusive";

/** The verdicts on a difference between two methods. */
export interface DifferenceJudgement {
  /** The verdict on the networks that were trained. */
  here: DifferenceVerdict;
  /** The verdict on the methods, which would hold for other trainings too. */
  method: DifferenceVerdict | "undecided";
  /** Why the verdict on the methods is undecided: too few trainings, or an interval of too low or unknown coverage. */
  reason?: "trainings" | "coverage";
}

/** Judges the claim "less than `limit`": supported if the interval is wholly below, refuted if wholly above. */
export function verdictBelow({ low, high }: Pick<Interval, "low" | "high">, limit: number): Verdict {
  if (high < limit) return "supported";
  return low > limit ? "refuted" : "inconclusive";
}

/**
 * Judges a difference by its interval and one margin in both directions: better if the lower end is above the margin,
 * worse if the upper end is below minus the margin, equivalent if the whole interval is within the margin, and otherwise
 * inconclusive.
 *
 * @param interval interval of the difference, the first method less the second; ends that are NaN are inconclusive
 * @param margin in the unit of the difference. Default 0.01, in Dice.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { differenceVerdict } from "lib/evaluate";
 *
 * assert.equal(differenceVerdict({ low: -0.02, high: -0.011 }), "worse");
 * assert.equal(differenceVerdict({ low: 0.001, high: 0.002 }), "equivalent");
 * assert.equal(differenceVerdict({ low: 0.002, high: 0.022 }), "inconclusive");
 * ```
 */
export function differenceVerdict(
  { low, high }: Pick<Interval, "low" | "high">,
  margin: number = MARGIN,
): DifferenceVerdict {
  if (low > margin) return "better";
  if (high < -margin) return "worse";
  return low >= -margin && high <= margin ? "equivalent" : "inconclusive";
}

/**
 * Judges a difference twice: for the networks that were trained, by {@linkcode differenceVerdict}, and for the methods.
 * The second verdict is undecided if there were fewer than three trainings per method, or if the interval covers less
 * than 90 % by measurement, or if its coverage was not measured.
 *
 * @param difference interval of the difference, the first method less the second
 * @param margin in the unit of the difference. Default 0.01, in Dice.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { judgeDifference } from "lib/evaluate";
 *
 * const difference = { estimate: 0.004, low: 0.003, high: 0.006, groups: 52, coverage: 0.94 };
 * assert.deepEqual(judgeDifference({ ...difference, trainings: 5 }), { here: "equivalent", method: "equivalent" });
 * assert.deepEqual(judgeDifference({ ...difference, trainings: 1 }), {
 *   here: "equivalent",
 *   method: "undecided",
 *   reason: "trainings",
 * });
 * ```
 */
export function judgeDifference(difference: Interval, margin: number = MARGIN): DifferenceJudgement {
  const here = differenceVerdict(difference, margin);
  const { trainings, coverage } = difference;
  // What is NaN or missing is not enough.
  if (!(trainings >= LEAST_TRAININGS)) return { here, method: "undecided", reason: "trainings" };
  if (!(coverage >= LEAST_COVERAGE)) return { here, method: "undecided", reason: "coverage" };
  return { here, method: here };
}
