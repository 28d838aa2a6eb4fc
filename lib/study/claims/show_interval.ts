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

/** Formats a difference with its interval and its sign, such as `+0.001 (0.001 to 0.002)`. */
export function showDifference(difference: Estimate): string {
  return `${difference.estimate > 0 ? "+" : ""}${showInterval(difference)}`;
}
