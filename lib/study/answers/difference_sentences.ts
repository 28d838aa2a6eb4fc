import type { Interval } from "../../evaluate/interval.ts";
import { differenceWords, undecidedReason, verdictWords } from "../claims/difference_words.ts";

/** A difference in an answer. */
export interface AnsweredDifference {
  difference: Interval;
  /** The smallest distance from the margin that the data could show. */
  detectable: number;
  /** Makes the sentence of its verdict in words. */
  sentence(words: string): string;
}

/**
 * Writes a sentence per difference. If the verdicts on the methods are undecided for the same reason, one more sentence
 * says so, in the place of a note in each.
 */
export function differenceSentences(differences: readonly AnsweredDifference[]): string[] {
  if (differences.length === 0) return [];
  const [reason, ...others] = new Set(differences.map(({ difference }) => undecidedReason(difference)));
  if (reason === undefined || others.length > 0) {
    return differences.map(({ difference, detectable, sentence }) => sentence(differenceWords(difference, detectable)));
  }
  return [
    ...differences.map(({ difference, detectable, sentence }) => sentence(verdictWords(difference, detectable))),
    differences.length === 1
      ? `This verdict is on these trainings; for the method it is undecided (${reason}).`
      : `These verdicts are on these trainings; for the methods they are undecided (${reason}).`,
  ];
}
