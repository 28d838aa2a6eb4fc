import { judgeDifference } from "../../evaluate/verdict.ts";
import type { StudyAnalysis } from "../analyse/analysis_record.ts";
import { compareEnsembles } from "./comparisons.ts";
import { ensembleName } from "./lone_selection.ts";
import { compareObjectScores, type JudgedDifference } from "./object_comparisons.ts";
import type { ObjectScoreId } from "./object_scores.ts";
import { comparePrecisions } from "./precision_comparisons.ts";

/** What an ensemble gains over the best single member: Dice, and scores of objects. */
export interface ObjectGains {
  /** The ensemble's id in the analysis. */
  id: string;
  /** Its label, with a note where it is one network. */
  name: string;
  /** Gain in Dice. */
  dice: JudgedDifference;
  /** Gains by the scores of objects that the analysis has. */
  scores: Partial<Record<ObjectScoreId, JudgedDifference>>;
}

/**
 * Returns what each ensemble gains over the best single member, out of fold, by Dice and by each score of its objects. An
 * analysis of an earlier version has no counts of objects, and its only score of objects is the mean average precision.
 */
export function objectGains(analysis: StudyAnalysis): ObjectGains[] {
  const counted = new Map(compareObjectScores(analysis).map(({ id, scores }) => [id, scores]));
  const precisions = new Map(
    comparePrecisions(analysis).map(({ id, versusBest: { difference } }) => [id, {
      meanPrecision: { difference, judgement: judgeDifference(difference) },
    }]),
  );
  return compareEnsembles(analysis, "outOfFold").map(({ id, versusBest: { difference } }) => ({
    id,
    name: ensembleName(analysis, id),
    dice: { difference, judgement: judgeDifference(difference) },
    scores: counted.get(id) ?? precisions.get(id) ?? {},
  }));
}
