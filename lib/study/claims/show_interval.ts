import type { Interval } from "../../evaluate/bootstrap.ts";

/** Formats a number with three digits and a true minus sign. */
export const showNumber = (value: number) => (value < 0 ? "−" : "") + Math.abs(value).toFixed(3);

/** Formats an estimate with its interval, such as `0.912 (0.903 to 0.921)`. */
export function showInterval({ estimate, low, high }: Interval): string {
  return `${showNumber(estimate)} (${showNumber(low)} to ${showNumber(high)})`;
}
