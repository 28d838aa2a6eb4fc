import { bestPairs } from "./match_objects.ts";
import type { ObjectOverlaps } from "./object_overlaps.ts";

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

/** The two sums of an image's aggregated Jaccard index, in pixels. */
export interface JaccardSums {
  /** Pixels that paired objects share. */
  intersection: number;
  /** Pixels of any object, true or predicted. */
  union: number;
}

/**
 * Computes the two sums whose ratio is the aggregated Jaccard index as Cellpose 4 computes it: the pixels that paired
 * objects share, and the pixels of any object. Objects are paired one to one.
 */
export function jaccardSums(overlaps: ObjectOverlaps): JaccardSums {
  const { trueAreas, predictedAreas, pairs } = overlaps;
  return {
    intersection: sum(bestPairs(overlaps, 0.5).map(({ pixels }) => pixels)),
    union: sum(trueAreas) + sum(predictedAreas) - sum(pairs.map(({ pixels }) => pixels)),
  };
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
