import type { Interval } from "./bootstrap.ts";

/** The verdict on a claim about a difference, from its interval. */
export type Verdict = "supported" | "refuted" | "inconclusive";

/** Judges the claim "less than `limit`": supported if the interval is wholly below, refuted if wholly above. */
export function verdictBelow({ low, high }: Interval, limit: number): Verdict {
  if (high < limit) return "supported";
  return low > limit ? "refuted" : "inconclusive";
}
