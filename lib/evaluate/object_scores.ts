import { mean } from "../math/mean.ts";
import { averagePrecision, type ImageMatches, IOU_THRESHOLDS } from "./compare_objects.ts";
import type { MatchCounts } from "./match_objects.ts";
import type { EmptyMaskScore } from "./metrics.ts";

/** Scores of the objects of a set of images, 0 to 1 where no other unit is given. */
export interface ObjectScores {
  /** Number of images in the means. */
  images: number;
  /** Number of true objects. */
  objects: number;
  /** Number of predicted objects. */
  predicted: number;
  /** The thresholds of the intersection over union. */
  thresholds: number[];
  /** Average precision of all images' objects together, at each threshold (StarDist). */
  pooledPrecisions: number[];
  /** Mean of `pooledPrecisions`. */
  pooledMeanPrecision: number;
  /** Mean over the images of the average precision, at each threshold (2018 Data Science Bowl). */
  imagePrecisions: number[];
  /** Mean of `imagePrecisions`. */
  imageMeanPrecision: number;
  /** Share of the predicted objects that match a true one at the lowest threshold. */
  precision: number;
  /** Share of the true objects that match a predicted one at the lowest threshold. */
  recall: number;
  /** Harmonic mean of precision and recall. */
  f1: number;
  /** Panoptic quality at the lowest threshold, of all images' objects together (Kirillov et al. 2019, equation 1). */
  panopticQuality: number;
  /** Mean over the images of the aggregated Jaccard index as in Cellpose. */
  aggregatedJaccard: number;
  /** Mean over the images of the aggregated Jaccard index of Kumar et al. */
  aggregatedJaccardKumar: number;
}

/**
 * Scores the objects of a set of images.
 *
 * `pooledPrecisions` counts the objects of all images together, so that an image with many objects weighs more.
 * `imagePrecisions` is the mean over the images. A pair matches if its intersection over union reaches the threshold; the
 * Bowl asked for more than the threshold, which differs only where the two are equal.
 *
 * @param images comparisons with the same thresholds, from {@linkcode compareObjects}
 * @param empty score of an image with neither true nor predicted objects, and of the set if that holds for all images.
 * Default `one`.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { compareObjects, scoreObjects } from "lib/evaluate";
 *
 * const scores = scoreObjects([
 *   compareObjects([1, 2, 3, 0], [1, 2, 3, 0], [0.5]),
 *   compareObjects([1, 1, 0, 0], [0, 0, 0, 1], [0.5]),
 * ]);
 * assert.equal(scores.pooledMeanPrecision, 3 / 5);
 * assert.equal(scores.imageMeanPrecision, 1 / 2);
 * assert.equal(scores.f1, 3 / 4);
 * ```
 */
export function scoreObjects(images: readonly ImageMatches[], empty: EmptyMaskScore = "one"): ObjectScores {
  const thresholds = images[0]?.counts.map(({ threshold }) => threshold) ?? [...IOU_THRESHOLDS];
  const counted = empty === "skip" ? images.filter(({ objects, predicted }) => objects + predicted > 0) : images;
  const orEmpty = (value: number) => Number.isNaN(value) && empty !== "skip" ? Number(empty === "one") : value;
  const imageMean = (score: (image: ImageMatches) => number) => mean(counted.map((image) => orEmpty(score(image))));
  const pooled = thresholds.map((threshold, k) => poolCounts(threshold, images.map(({ counts }) => counts[k])));
  const pooledPrecisions = pooled.map((counts) => orEmpty(averagePrecision(counts)));
  const imagePrecisions = thresholds.map((_, k) => imageMean(({ counts }) => averagePrecision(counts[k])));
  const { truePositive, falsePositive, falseNegative, iouSum } = pooled[thresholds.indexOf(Math.min(...thresholds))];
  const found = truePositive + (falsePositive + falseNegative) / 2;
  // Precision and recall are 0, not NaN, if only one of the two images has objects.
  const share = (part: number, whole: number) => found === 0 ? orEmpty(NaN) : whole === 0 ? 0 : part / whole;
  return {
    images: counted.length,
    objects: images.reduce((sum, { objects }) => sum + objects, 0),
    predicted: images.reduce((sum, { predicted }) => sum + predicted, 0),
    thresholds,
    pooledPrecisions,
    pooledMeanPrecision: mean(pooledPrecisions),
    imagePrecisions,
    imageMeanPrecision: mean(imagePrecisions),
    precision: share(truePositive, truePositive + falsePositive),
    recall: share(truePositive, truePositive + falseNegative),
    f1: share(truePositive, found),
    panopticQuality: share(iouSum, found),
    aggregatedJaccard: imageMean((image) => image.aggregatedJaccard),
    aggregatedJaccardKumar: imageMean((image) => image.aggregatedJaccardKumar),
  };
}

function poolCounts(threshold: number, counts: readonly MatchCounts[]): MatchCounts {
  const total = { threshold, truePositive: 0, falsePositive: 0, falseNegative: 0, iouSum: 0 };
  for (const { truePositive, falsePositive, falseNegative, iouSum } of counts) {
    total.truePositive += truePositive;
    total.falsePositive += falsePositive;
    total.falseNegative += falseNegative;
    total.iouSum += iouSum;
  }
  return total;
}
