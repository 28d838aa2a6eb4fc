import type { Interval } from "./bootstrap.ts";

/** What an interval says of a claim about a difference. */
export type Verdict = "supported" | "refuted" | "inconclusive";

/** Whether an interval lies wholly below a limit ("supported" for "less than"), wholly above, or across it. */
export function verdictBelow({ low, high }: Interval, limit: number): Verdict {
  if (high < limit) return "supported";
  return low > limit ? "refuted" : "inconclusive";
}
