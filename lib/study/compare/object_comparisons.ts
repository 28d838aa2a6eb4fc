import { clusterInterval } from "../../evaluate/cluster_interval.ts";
import type { Interval } from "../../evaluate/interval.ts";
import { pooledDifference, pooledInterval } from "../../evaluate/pooled_interval.ts";
import { type DifferenceJudgement, judgeDifference } from "../../evaluate/verdict.ts";
import type { StudyAnalysis } from "../analyse/analysis_record.ts";
import type { ObjectCounts } from "../analyse/object_counts.ts";
import { labelFor } from "../labels.ts";
import { bestOnOtherFolds } from "./best_on_other_folds.ts";
import { BEST_SINGLE } from "./comparisons.ts";
import { OBJECT_SCORE_IDS, OBJECT_SCORES, type ObjectScore, type ObjectScoreId, scoreCounts } from "./object_scores.ts";

/** A difference of an ensemble from the best single member by one score. */
export interface JudgedDifference {
  /** The ensemble less the best single member, with its interval over groups. */
  difference: Interval;
  /** The verdicts by the margin of ±0.01. */
  judgement: DifferenceJudgement;
}

/** The objects of an ensemble, compared with those of the best single member. */
export interface ObjectComparison {
  /** The ensemble's id in the analysis. */
  id: string;
  /** Its label. */
  name: string;
  /** Whether it learnt on maps of images that its members trained on. */
  inFold: boolean;
  /** Its scores, and their differences from the best single member by the same score. */
  scores: Record<ObjectScoreId, JudgedDifference & { score: Interval }>;
}

/** Chooses for each image one of several counts. */
function chooseCounts(counts: readonly ObjectCounts[], chosen: readonly { from: number; image: number }[]) {
  const choose = (read: (each: ObjectCounts) => readonly number[]) =>
    chosen.map(({ from, image }) => read(counts[from])[image]);
  return {
    truth: choose(({ truth }) => truth),
    predicted: choose(({ predicted }) => predicted),
    matches: counts[0].matches.map((_, k) => choose(({ matches }) => matches[k])),
    intersection: choose(({ intersection }) => intersection),
    union: choose(({ union }) => union),
  } satisfies ObjectCounts;
}

/**
 * Returns the counts of the best single member, which is chosen for each fold by its score on the other folds.
 *
 * @param perMember counts of each member
 * @param folds each image's fold
 */
export function bestSingleCounts(
  perMember: readonly ObjectCounts[],
  folds: readonly number[],
  score: ObjectScore,
): ObjectCounts {
  const best = bestOnOtherFolds(
    folds,
    perMember.length,
    (from, images) => scoreCounts(score, chooseCounts(perMember, images.map((image) => ({ from, image })))),
  );
  return chooseCounts(perMember, best.map((from, image) => ({ from, image })));
}

/** Returns the interval of a score, and of its difference from that of other counts of the same images. */
export function scoreIntervals(
  score: ObjectScore,
  ours: ObjectCounts,
  theirs: ObjectCounts,
  groups: readonly string[],
) {
  if ("pooledTerms" in score) {
    const terms = score.pooledTerms(ours);
    return {
      score: pooledInterval(terms, groups),
      difference: pooledDifference(terms, score.pooledTerms(theirs), groups),
    };
  }
  const values = score.imageValues(ours), others = score.imageValues(theirs);
  return {
    score: clusterInterval([values], groups),
    difference: clusterInterval([values.map((value, i) => value - others[i])], groups),
  };
}

/**
 * Compares the objects of every ensemble with those of the best single member, out of fold, by each score of
 * `OBJECT_SCORES`. Each score chooses its best single member for a fold on the other folds. Scores are paired by image, with
 * intervals over groups: of means over images by `clusterInterval`, of pooled scores by `pooledDifference`.
 *
 * @returns nothing without counts: the masks hold no object numbers, or an earlier version made the analysis
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { join } from "node:path";
 * import { projectFolder } from "lib/runs";
 * import { compareObjectScores, openStudy } from "lib/study";
 *
 * const { analysis } = await openStudy("quick", join(projectFolder(), "results/committed"));
 * const members = analysis.members.map(({ objects: _, ...scores }) => scores);
 * assert.deepEqual(compareObjectScores({ ...analysis, members }), [], "nothing without counts");
 * ```
 */
export function compareObjectScores(
  { members, ensembles, outOfFold: { groups, folds } }: Pick<StudyAnalysis, "members" | "ensembles" | "outOfFold">,
): ObjectComparison[] {
  const perMember = members.flatMap(({ objects }) => objects ? [objects] : []);
  if (perMember.length < members.length) return [];
  const best = OBJECT_SCORE_IDS.map((id) => bestSingleCounts(perMember, folds, OBJECT_SCORES[id]));
  return ensembles.flatMap(({ id, inFold, objects }) => {
    if (!objects || id === BEST_SINGLE) return [];
    const scores = OBJECT_SCORE_IDS.map((score, s) => {
      const compared = scoreIntervals(OBJECT_SCORES[score], objects, best[s], groups);
      return [score, { ...compared, judgement: judgeDifference(compared.difference) }];
    });
    return [{ id, name: labelFor(id), inFold, scores: Object.fromEntries(scores) as ObjectComparison["scores"] }];
  });
}
