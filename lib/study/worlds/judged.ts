import type { Comparison } from "../../evaluate/paired_comparison.ts";
import { differenceVerdict } from "../../evaluate/verdict.ts";
import { undecidedReason, verdictWords } from "../claims/difference_words.ts";
import { showDifference } from "../claims/show_interval.ts";

/** Writes a difference with its verdict on the trained networks, and whether that holds for the method too. */
export function judged(
  { difference, detectable }: Pick<Comparison, "difference"> & Partial<Pick<Comparison, "detectable">>,
): string {
  const words = `${showDifference(difference)}: ${verdictWords(difference, detectable)}`;
  const isOpen = differenceVerdict(difference) === "inconclusive" || undecidedReason(difference);
  return isOpen ? words : `${words}, for the method too`;
}
