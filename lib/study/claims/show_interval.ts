import type { Estimate } from "../../evaluate/interval.ts";

/** Formats a number with three digits and a true minus sign. */
export const showNumber = (value: number) => (value < 0 ? "−" : "") + Math.abs(value).toFixed(3);

/** Formats an estimate with its interval, such as `0.912 (0.903 to 0.921)`. */
export function showInterval({ estimate, low, high }: Estimate): string {
  return `${showNumber(estimate)} (${showNumber(low)} to ${showNumber(high)})`;
}

/** Formats a difference with its interval and its sign, such as `+0.001 (0.001 to 0.002)`. */
export function showDifference(difference: Estimate): string {
  return `${difference.estimate > 0 ? "+" : ""}${showInterval(difference)}`;
}
