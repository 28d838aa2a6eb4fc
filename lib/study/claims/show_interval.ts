import type { Estimate } from "../../evaluate/interval.ts";

/** Formats a number with three digits and a true minus sign; what rounds to zero has no sign. */
export function showNumber(value: number): string {
  const digits = Math.abs(value).toFixed(3);
  return value < 0 && Number(digits) !== 0 ? `−${digits}` : digits;
}

/** Formats an estimate with its interval, such as `0.912 (0.903 to 0.921)`. */
export function showInterval({ estimate, low, high }: Estimate): string {
  return `${showNumber(estimate)} (${showNumber(low)} to ${showNumber(high)})`;
}

/**
 * Returns an interval of scores without the part that no score can have, below 0 and above 1. With few groups an interval can
 * reach there.
 *
 * @param score the interval of a mean of scores, not of a difference
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { clipScore } from "lib/study";
 *
 * assert.deepEqual(clipScore({ estimate: 0.912, low: 0.803, high: 1.021 }), { estimate: 0.912, low: 0.803, high: 1 });
 * ```
 */
export function clipScore<Score extends Estimate>(score: Score): Score {
  return { ...score, low: Math.max(0, score.low), high: Math.min(1, score.high) };
}

/**
 * Formats a score with its interval, whose ends are clipped to 0 and 1, such as `0.912 (0.803 to 1.000)`.
 *
 * @param score the interval of a mean of scores, not of a difference
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { showScore } from "lib/study";
 *
 * assert.equal(showScore({ estimate: 0.912, low: 0.803, high: 1.021 }), "0.912 (0.803 to 1.000)");
 * ```
 */
export function showScore(score: Estimate): string {
  return showInterval(clipScore(score));
}

/** Formats a difference with its interval and its sign, such as `+0.001 (0.001 to 0.002)`. */
export function showDifference(difference: Estimate): string {
  return `${difference.estimate > 0 ? "+" : ""}${showInterval(difference)}`;
}
