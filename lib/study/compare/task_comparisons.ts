import { type DifferenceVerdict, judgeDifference } from "../../evaluate/verdict.ts";
import { usualLoss } from "../usual_loss.ts";
import type { StudyAnalysis } from "../analyse/analysis_record.ts";
import type { ObjectCounts } from "../analyse/object_counts.ts";
import { compareObjectScores, type JudgedDifference, scoreIntervals } from "./object_comparisons.ts";
import { OBJECT_SCORE_IDS, OBJECT_SCORES, type ObjectScoreId } from "./object_scores.ts";
import { requireSameImages } from "./require_same_images.ts";

/** The objects of two studies of the same images whose tasks differ, such as `border` and `foreground`. */
export interface TaskComparison {
  /** Of each architecture with the usual loss of its task, its first training: this task less the other. */
  networks: { architecture: string; scores: Record<ObjectScoreId, JudgedDifference> }[];
  /** Of each ensemble, its gain over the best single member by each score, in this task and in the other. */
  ensembles: { id: string; name: string; here: Gains; there: Gains }[];
  /** The verdicts on ensembles that differ between the tasks. */
  changed: { id: string; score: ObjectScoreId; here: DifferenceVerdict; there: DifferenceVerdict }[];
}

/** The gains of an ensemble by each score. */
type Gains = Record<ObjectScoreId, JudgedDifference>;

/** Returns the counts of the first training of an architecture with the usual loss of the study's task. */
function networkCounts({ members, task }: StudyAnalysis, architecture: string): ObjectCounts | undefined {
  const [first] = members.filter((each) => each.architecture === architecture && each.loss === usualLoss(task))
    .sort((a, b) => a.seed - b.seed);
  return first?.objects;
}

/**
 * Compares the objects of two studies of the same images and folds whose tasks differ: each network, paired by image, and the
 * verdicts on the ensembles. Intervals are over groups, as in {@linkcode compareObjectScores}.
 *
 * @param study the analysis of one task, such as `border`
 * @param other the analysis of the other, such as `foreground`
 * @throws {OptionError} if the studies do not score the same images in the same folds.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { join } from "node:path";
 * import { projectFolder } from "lib/runs";
 * import { compareTasks, openStudy } from "lib/study";
 *
 * const { analysis } = await openStudy("fluo-imagenet", join(projectFolder(), "results/committed"));
 * const { networks, changed } = compareTasks(analysis, analysis);
 * assert.ok(networks.every(({ scores }) => scores.meanPrecision.difference.estimate === 0));
 * assert.deepEqual(changed, []);
 * ```
 */
export function compareTasks(study: StudyAnalysis, other: StudyAnalysis): TaskComparison {
  requireSameImages(study, other, "The two studies score");
  const { groups } = study.outOfFold;
  const networks = [...new Set(study.members.map(({ architecture }) => architecture))].flatMap((architecture) => {
    const [here, there] = [study, other].map((analysis) => networkCounts(analysis, architecture));
    if (!here || !there) return [];
    const scores = OBJECT_SCORE_IDS.map((id) => {
      const { difference } = scoreIntervals(OBJECT_SCORES[id], here, there, groups);
      return [id, { difference, judgement: judgeDifference(difference) }];
    });
    return [{ architecture, scores: Object.fromEntries(scores) as Gains }];
  });
  const known = new Map(compareObjectScores(other).map(({ id, scores }) => [id, scores]));
  const ensembles = compareObjectScores(study).flatMap(({ id, name, scores }) => {
    const there = known.get(id);
    return there ? [{ id, name, here: scores, there }] : [];
  });
  const changed = ensembles.flatMap(({ id, here, there }) =>
    OBJECT_SCORE_IDS.flatMap((score) => {
      const [now, before] = [here, there].map((gains) => gains[score].judgement.here);
      return now === before ? [] : [{ id, score, here: now, there: before }];
    })
  );
  return { networks, ensembles, changed };
}
