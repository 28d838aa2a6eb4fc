import { bestPairs } from "./match_objects.ts";
import type { ObjectOverlaps } from "./object_overlaps.ts";

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

/**
 * Computes the aggregated Jaccard index as Cellpose 4 does: the pixels that paired objects share, divided by the pixels
 * of any object. Objects are paired one to one.
 *
 * @returns 0 to 1; NaN if there is no object
 */
export function aggregatedJaccard(overlaps: ObjectOverlaps): number {
  const { trueAreas, predictedAreas, pairs } = overlaps;
  const shared = sum(bestPairs(overlaps, 0.5).map(({ pixels }) => pixels));
  const foreground = sum(trueAreas) + sum(predictedAreas) - sum(pairs.map(({ pixels }) => pixels));
  return shared / foreground;
}

/**
 * Computes the aggregated Jaccard index of its authors (Kumar et al. 2017, algorithm 1). Each true object is paired with
 * the predicted object of the largest intersection over union, which several can share. The pixels in the intersections
 * are divided by those in the unions, to which the unpaired objects are added.
 *
 * @returns 0 to 1; NaN if there is no object
 */
export function aggregatedJaccardKumar({ trueAreas, predictedAreas, pairs }: ObjectOverlaps): number {
  const best = new Map<number, typeof pairs[number]>();
  for (const pair of pairs) {
    const known = best.get(pair.truth);
    if (!known || pair.iou > known.iou) best.set(pair.truth, pair);
  }
  const used = new Set([...best.values()].map(({ predicted }) => predicted));
  let intersection = 0, union = 0;
  trueAreas.forEach((area, truth) => {
    const pair = best.get(truth);
    intersection += pair?.pixels ?? 0;
    union += area + (pair ? predictedAreas[pair.predicted] - pair.pixels : 0);
  });
  predictedAreas.forEach((area, predicted) => union += used.has(predicted) ? 0 : area);
  return intersection / union;
}
