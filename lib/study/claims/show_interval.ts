import { decisiveDigits } from "../../evaluate/decisive_digits.ts";
import type { Estimate } from "../../evaluate/interval.ts";
import { MARGIN } from "../../evaluate/verdict.ts";

/** What decides the verdict on a difference. */
const MARGINS: readonly number[] = [-MARGIN, MARGIN];

/**
 * Formats a number with three digits and a true minus sign; what rounds to zero has no sign.
 *
 * @param limits numbers that decide a verdict. A number that would round to one of them has more digits. Default: none.
 */
export function showNumber(value: number, limits: readonly number[] = []): string {
  const digits = Math.abs(value).toFixed(decisiveDigits(value, limits));
  return value < 0 && Number(digits) !== 0 ? `−${digits}` : digits;
}

/**
 * Formats a difference with its interval, such as `0.021 (0.0104 to 0.032)`. A number that would round to a limit has as many
 * more digits as show on which side it lies, so that the printed interval has the verdict of the interval.
 *
 * @param limits numbers that decide the verdict. Default: the margin of 0.01 in both directions.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { showInterval } from "lib/study";
 *
 * assert.equal(showInterval({ estimate: -0.015, low: -0.0204, high: -0.0104 }), "−0.015 (−0.020 to −0.0104)");
 * assert.equal(showInterval({ estimate: -0.04, low: -0.08, high: -0.0002 }, [0]), "−0.040 (−0.080 to −0.0002)");
 * ```
 */
export function showInterval({ estimate, low, high }: Estimate, limits: readonly number[] = MARGINS): string {
  const [middle, from, to] = [estimate, low, high].map((value) => showNumber(value, limits));
  return `${middle} (${from} to ${to})`;
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
 * @param limits numbers that decide a verdict on the score, as of {@linkcode showInterval}. Default: none.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { showScore } from "lib/study";
 *
 * assert.equal(showScore({ estimate: 0.912, low: 0.803, high: 1.021 }), "0.912 (0.803 to 1.000)");
 * ```
 */
export function showScore(score: Estimate, limits: readonly number[] = []): string {
  return showInterval(clipScore(score), limits);
}

/** Formats a difference with its interval and its sign, such as `+0.001 (0.001 to 0.002)`, as {@linkcode showInterval} does. */
export function showDifference(difference: Estimate): string {
  return `${difference.estimate > 0 ? "+" : ""}${showInterval(difference)}`;
}
