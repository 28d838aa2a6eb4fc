import type { Interval } from "../../evaluate/bootstrap.ts";
import { type Verdict, verdictBelow } from "../../evaluate/verdict.ts";
import type { StudyAnalysis } from "../analyse/analysis_record.ts";
import { compareEnsembles } from "../compare/comparisons.ts";
import { comparePrecisions } from "../compare/precision_comparisons.ts";
import { NO_HELP } from "./claim.ts";

/** Two verdicts on "this ensemble does not help": by Dice, and by the mean average precision of its objects. */
export interface PrecisionJudgement {
  /** The ensemble's id in the analysis. */
  id: string;
  /** Its label. */
  name: string;
  /** Gain in Dice over the best single member. */
  dice: Interval;
  /** Gain in mean average precision over the member with the best precision. */
  precision: Interval;
  byDice: Verdict;
  byPrecision: Verdict;
}

/** The verdicts on "it does not help" in words. */
export const HELP_WORDS = {
  supported: "does not help",
  refuted: "helps",
  inconclusive: "is inconclusive",
} as const satisfies Record<Verdict, string>;

/**
 * Judges each ensemble by Dice and by the mean average precision of its objects, by the same rule: it helps if the whole
 * interval of its gain over the best single member lies above +0.01, and does not help if it lies below.
 *
 * @returns nothing if the analysis has no precisions: the masks hold no object numbers, or an earlier version made it
 */
export function judgePrecisions(analysis: StudyAnalysis): PrecisionJudgement[] {
  const compared = comparePrecisions(analysis);
  if (compared.length === 0) return [];
  const byDice = new Map(
    compareEnsembles(analysis, "outOfFold").map(({ id, versusBest }) => [id, versusBest.difference]),
  );
  return compared.map(({ id, name, versusBest: { difference: precision } }) => {
    const dice = byDice.get(id)!;
    return {
      id,
      name,
      dice,
      precision,
      byDice: verdictBelow(dice, NO_HELP),
      byPrecision: verdictBelow(precision, NO_HELP),
    };
  });
}
