/** The most digits that `toFixed` writes. */
const MOST_DIGITS = 100;

/**
 * Returns how many digits after the point a number needs so that, as printed, it lies on the same side of each limit as the
 * number itself. What would round to a limit, or beyond it, gets further digits; what equals a limit does not.
 *
 * @param value the number to print
 * @param limits numbers that decide a verdict, such as both ends of the margin
 * @param digits the least number of digits. Default 3.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { decisiveDigits, MARGIN } from "lib/evaluate";
 *
 * assert.equal(decisiveDigits(-0.0154, [-MARGIN, MARGIN]), 3);
 * assert.equal(decisiveDigits(-0.0104, [-MARGIN, MARGIN]), 4);
 * assert.equal(decisiveDigits(-0.01, [-MARGIN, MARGIN]), 3);
 * ```
 */
export function decisiveDigits(value: number, limits: readonly number[], digits = 3): number {
  if (!Number.isFinite(value)) return digits;
  const isDecisive = (shown: number) =>
    limits.every((limit) => Math.sign(Number(value.toFixed(shown)) - limit) === Math.sign(value - limit));
  return digits >= MOST_DIGITS || isDecisive(digits) ? digits : decisiveDigits(value, limits, digits + 1);
}
