import { averagePrecision } from "../../evaluate/compare_objects.ts";
import { pooledScore, type PooledTerms } from "../../evaluate/pooled_interval.ts";
import { mean } from "../../math/mean.ts";
import type { ObjectCounts } from "../analyse/object_counts.ts";

/** A score of objects: a mean over images, or pooled over the objects of all images. */
export type ObjectScore =
  & { label: string }
  & (
    | {
      /** Returns each image's value, whose mean is the score. */
      imageValues: (objects: ObjectCounts) => number[];
    }
    | {
      /** Returns the terms of ratios of sums over images, whose mean is the score. */
      pooledTerms: (objects: ObjectCounts) => PooledTerms[];
    }
  );

/** Returns the terms of the average precision at a threshold: matches / (matches + false positives + false negatives). */
function precisionTerms({ truth, predicted, matches }: ObjectCounts, k: number) {
  return { parts: matches[k], wholes: truth.map((count, i) => count + predicted[i] - matches[k][i]) };
}

/** Returns each image's average precision, the mean over thresholds; 1 for an image without objects. */
function imagePrecisions({ truth, predicted, matches }: ObjectCounts): number[] {
  return truth.map((count, i) =>
    count + predicted[i] === 0 ? 1 : mean(matches.map((atThreshold) =>
      averagePrecision({
        truePositive: atThreshold[i],
        falsePositive: predicted[i] - atThreshold[i],
        falseNegative: count - atThreshold[i],
      })
    ))
  );
}

/**
 * The scores of objects, in the order of tables. The definitions are those of `scoreObjects`: pooled average precision and
 * F1 as StarDist, the mean over images of the average precision as the 2018 Data Science Bowl, and the mean over images of
 * the aggregated Jaccard index as Cellpose.
 */
export const OBJECT_SCORES = {
  meanPrecision: { label: "mean AP", imageValues: imagePrecisions },
  pooledPrecision50: { label: "pooled AP at 0.5", pooledTerms: (objects) => [precisionTerms(objects, 0)] },
  pooledPrecision: {
    label: "pooled AP at 0.5–0.95",
    pooledTerms: (objects) => objects.matches.map((_, k) => precisionTerms(objects, k)),
  },
  f1: {
    label: "F1 at 0.5",
    pooledTerms: ({ truth, predicted, matches: [matches] }) => [{
      parts: matches.map((count) => 2 * count),
      wholes: truth.map((count, i) => count + predicted[i]),
    }],
  },
  aggregatedJaccard: {
    label: "AJI",
    imageValues: ({ intersection, union }) => union.map((pixels, i) => pixels === 0 ? 1 : intersection[i] / pixels),
  },
} as const satisfies Record<string, ObjectScore>;

/** A score of {@linkcode OBJECT_SCORES}. */
export type ObjectScoreId = keyof typeof OBJECT_SCORES;

/** The ids of {@linkcode OBJECT_SCORES}. */
export const OBJECT_SCORE_IDS = Object.keys(OBJECT_SCORES) as ObjectScoreId[];

/** Computes a score of objects, 0 to 1; 1 if there are none. */
export function scoreCounts(score: ObjectScore, objects: ObjectCounts): number {
  return mean("imageValues" in score ? score.imageValues(objects) : score.pooledTerms(objects).map(pooledScore));
}

/**
 * Computes the scores of the objects of a member or an ensemble, out of fold, from its counts.
 *
 * @param entry a member or an ensemble of an analysis
 * @returns each score, 0 to 1; `undefined` without counts: the masks hold no object numbers, or an earlier version made the
 * analysis
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { objectScores } from "lib/study";
 *
 * // Two images: of 3 true objects 2 are found, and of 1 true object none. The IoU of the matches is 1.
 * const matches = Array.from({ length: 10 }, () => [2, 0]);
 * const objects = { truth: [3, 1], predicted: [2, 0], matches, intersection: [40, 0], union: [60, 20] };
 * const { meanPrecision, pooledPrecision50, f1 } = objectScores({ objects })!;
 * assert.equal(meanPrecision.toFixed(6), (1 / 3).toFixed(6));
 * assert.deepEqual([pooledPrecision50, f1], [2 / 4, 4 / 6]);
 * assert.equal(objectScores({}), undefined);
 * ```
 */
export function objectScores({ objects }: { objects?: ObjectCounts }): Record<ObjectScoreId, number> | undefined {
  if (!objects) return undefined;
  const scores = OBJECT_SCORE_IDS.map((id) => [id, scoreCounts(OBJECT_SCORES[id], objects)]);
  return Object.fromEntries(scores) as Record<ObjectScoreId, number>;
}
