import type { Interval } from "../../evaluate/interval.ts";
import { type DifferenceVerdict, differenceVerdict } from "../../evaluate/verdict.ts";
import type { StudyAnalysis } from "../analyse/analysis_record.ts";
import { compareEnsembles } from "../compare/comparisons.ts";
import { ensembleName } from "../compare/lone_selection.ts";
import { comparePrecisions } from "../compare/precision_comparisons.ts";

/**
 * Two verdicts on an ensemble's difference from the best single member: by Dice, and by the mean average precision of its
 * objects.
 */
export interface PrecisionJudgement {
  /** The ensemble's id in the analysis. */
  id: string;
  /** Its label, with a note where it is one network. */
  name: string;
  /** Gain in Dice over the best single member. */
  dice: Interval;
  /** Gain in mean average precision over the member with the best precision. */
  precision: Interval;
  /** The verdicts on the trained networks. */
  byDice: DifferenceVerdict;
  byPrecision: DifferenceVerdict;
}

/** The verdicts as predicates of a sentence. */
export const VERDICT_PREDICATES = {
  better: "is better",
  worse: "is worse",
  equivalent: "is equivalent",
  inconclusive: "is inconclusive",
} as const satisfies Record<DifferenceVerdict, string>;

/**
 * Judges each ensemble by Dice and by the mean average precision of its objects, by the same rule: the interval of its
 * difference from the best single member, with a margin of ±0.01.
 *
 * @returns nothing if the analysis has no precisions: the masks hold no object numbers, or an earlier version made it
 */
export function judgePrecisions(analysis: StudyAnalysis): PrecisionJudgement[] {
  const compared = comparePrecisions(analysis);
  if (compared.length === 0) return [];
  const byDice = new Map(
    compareEnsembles(analysis, "outOfFold").map(({ id, versusBest }) => [id, versusBest.difference]),
  );
  return compared.map(({ id, versusBest: { difference: precision } }) => {
    const dice = byDice.get(id)!;
    return {
      id,
      name: ensembleName(analysis, id),
      dice,
      precision,
      byDice: differenceVerdict(dice),
      byPrecision: differenceVerdict(precision),
    };
  });
}
