import { OptionError } from "../io/option_error.ts";
import { mean } from "../math/mean.ts";
import { aggregatedJaccardKumar, jaccardSums } from "./aggregated_jaccard.ts";
import { type MatchCounts, matchObjects } from "./match_objects.ts";
import { objectOverlaps } from "./object_overlaps.ts";

/** The thresholds of the intersection over union in the mean average precision: 0.5, 0.55, … 0.95. */
export const IOU_THRESHOLDS: readonly number[] = Array.from({ length: 10 }, (_, i) => (50 + 5 * i) / 100);

/** The objects of one image, compared. */
export interface ImageMatches {
  /** Number of true objects. */
  objects: number;
  /** Number of predicted objects. */
  predicted: number;
  /** Matches at each threshold. */
  counts: MatchCounts[];
  /** Pixels that paired objects share. */
  intersection: number;
  /** Pixels of any object, true or predicted. */
  union: number;
  /** Aggregated Jaccard index as in Cellpose, `intersection / union`, 0 to 1; NaN if there is no object. */
  aggregatedJaccard: number;
  /** Aggregated Jaccard index of Kumar et al., 0 to 1; NaN if there is no object. */
  aggregatedJaccardKumar: number;
}

/**
 * Compares the objects of two label images of one field.
 *
 * @param truth labels, 0 for background, `[height, width]`; numbers may have gaps
 * @param predicted labels of the same pixels
 * @param thresholds thresholds of the intersection over union, above 0 and up to 1. Default 0.5, 0.55, … 0.95.
 * @throws {OptionError} if there is no threshold.
 * @throws {RangeError} if the lengths differ.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { compareObjects } from "lib/evaluate";
 *
 * const { counts } = compareObjects([1, 1, 1, 0, 2, 2], [5, 5, 0, 0, 6, 6], [0.5, 0.9]);
 * assert.deepEqual(counts.map(({ truePositive }) => truePositive), [2, 1]);
 * ```
 */
export function compareObjects(
  truth: ArrayLike<number>,
  predicted: ArrayLike<number>,
  thresholds: readonly number[] = IOU_THRESHOLDS,
): ImageMatches {
  if (thresholds.length === 0) throw new OptionError("thresholds is empty: give at least one");
  const overlaps = objectOverlaps(truth, predicted), { intersection, union } = jaccardSums(overlaps);
  return {
    objects: overlaps.trueAreas.length,
    predicted: overlaps.predictedAreas.length,
    counts: thresholds.map((threshold) => matchObjects(overlaps, threshold)),
    intersection,
    union,
    aggregatedJaccard: intersection / union,
    aggregatedJaccardKumar: aggregatedJaccardKumar(overlaps),
  };
}

/**
 * Computes the average precision at one threshold, TP / (TP + FP + FN), as StarDist, Cellpose and the 2018 Data Science
 * Bowl define it; NaN if there is no object.
 */
export function averagePrecision(
  { truePositive, falsePositive, falseNegative }: Pick<MatchCounts, "truePositive" | "falsePositive" | "falseNegative">,
): number {
  return truePositive / (truePositive + falsePositive + falseNegative);
}

/** Computes the mean of one image's average precision over its thresholds; NaN if there is no object. */
export function meanAveragePrecision({ counts }: Pick<ImageMatches, "counts">): number {
  return mean(counts.map(averagePrecision));
}
