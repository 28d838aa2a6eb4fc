import { decisiveDigits } from "../../evaluate/decisive_digits.ts";
import type { Interval } from "../../evaluate/interval.ts";
import {
  type DifferenceVerdict,
  differenceVerdict,
  judgeDifference,
  LEAST_COVERAGE,
  MARGIN,
} from "../../evaluate/verdict.ts";
import { showNumber } from "./show_interval.ts";

/** Formats a coverage in percent; one that would round to the least coverage of a verdict has more digits. */
export function showCoverage(coverage: number): string {
  const percent = 100 * coverage;
  return `${percent.toFixed(decisiveDigits(percent, [100 * LEAST_COVERAGE], 0))} %`;
}

const COUNTS = ["no training", "one training", "two trainings"];

/** Returns why a difference decides nothing about the methods, in a few words; `undefined` if it does. */
export function undecidedReason(difference: Interval): string | undefined {
  const { trainings, coverage } = difference, { reason } = judgeDifference(difference);
  if (reason === "trainings") return COUNTS[trainings] ?? "the number of trainings is unknown";
  if (reason === undefined) return undefined;
  return Number.isFinite(coverage)
    ? `the interval covers ${showCoverage(coverage)}, not 95 %`
    : "the coverage of the interval was not measured";
}

/** Says which verdicts an inconclusive interval leaves open. */
function openVerdicts({ low, high }: Pick<Interval, "low" | "high">): string {
  if (high <= MARGIN) return "inconclusive between worse and equivalent";
  return low >= -MARGIN ? "inconclusive between equivalent and better" : "inconclusive";
}

const WORDS = {
  better: "better",
  worse: "worse",
  equivalent: `equivalent (less than ${MARGIN})`,
} as const satisfies Record<Exclude<DifferenceVerdict, "inconclusive">, string>;

/**
 * Writes the verdict on the trained networks, by the margin of 0.01, for a column of a table.
 *
 * @param difference the interval of a difference in Dice
 * @param detectable the smallest distance from the margin that the data could show (`detectable` of a comparison). An
 * inconclusive verdict then says the smallest difference: the margin and this distance.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { verdictWords } from "lib/study";
 *
 * assert.equal(verdictWords({ low: -0.02, high: -0.011 }), "worse");
 * assert.equal(verdictWords({ low: 0.002, high: 0.022 }, 0.014), "inconclusive between equivalent and better (this data could show a difference of 0.024)");
 * ```
 */
export function verdictWords(difference: Pick<Interval, "low" | "high">, detectable?: number): string {
  const verdict = differenceVerdict(difference);
  if (verdict !== "inconclusive") return WORDS[verdict];
  const power = detectable === undefined
    ? ""
    : ` (this data could show a difference of ${showNumber(MARGIN + detectable)})`;
  return openVerdicts(difference) + power;
}

/**
 * Writes the verdict on the method, by the margin of 0.01, for a column of a table.
 *
 * @param difference the interval of a difference in Dice
 * @param detectable the smallest distance from the margin that the data could show (`detectable` of a comparison). An
 * inconclusive verdict then says the smallest difference: the margin and this distance.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { methodWords } from "lib/study";
 *
 * const difference = { estimate: 0.004, low: 0.003, high: 0.006, groups: 52, coverage: 0.94 };
 * assert.equal(methodWords({ ...difference, trainings: 5 }), "equivalent (less than 0.01)");
 * assert.equal(methodWords({ ...difference, trainings: 1 }), "undecided (one training)");
 * ```
 */
export function methodWords(difference: Interval, detectable?: number): string {
  const reason = undecidedReason(difference);
  return reason ? `undecided (${reason})` : verdictWords(difference, detectable);
}

/**
 * Writes the verdicts on a difference in Dice, by the margin of 0.01: on the trained networks, and on the method.
 *
 * @param difference its interval
 * @param detectable the smallest distance from the margin that the data could show (`detectable` of a comparison). An
 * inconclusive verdict then says the smallest difference: the margin and this distance.
 * @returns a few words for a table or the end of a sentence
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { differenceWords } from "lib/study";
 *
 * const difference = { estimate: -0.015, low: -0.02, high: -0.011, groups: 104, coverage: 0.94 };
 * assert.equal(differenceWords({ ...difference, trainings: 5 }), "worse");
 * assert.equal(
 *   differenceWords({ ...difference, trainings: 1 }),
 *   "worse in these trainings, undecided for the method (one training)",
 * );
 * ```
 */
export function differenceWords(difference: Interval, detectable?: number): string {
  const words = verdictWords(difference, detectable), reason = undecidedReason(difference);
  return reason ? `${words} in these trainings, undecided for the method (${reason})` : words;
}
