import { maximumAssignment } from "./assignment.ts";
import type { ObjectOverlaps, ObjectPair } from "./object_overlaps.ts";

/** Numbers of matched and unmatched objects at a threshold of the intersection over union. */
export interface MatchCounts {
  /** Least intersection over union of a match, 0 to 1. */
  threshold: number;
  /** Pairs of a true and a predicted object that match. */
  truePositive: number;
  /** Predicted objects without a match. */
  falsePositive: number;
  /** True objects without a match. */
  falseNegative: number;
  /** Sum of the matches' intersections over union. */
  iouSum: number;
}

/**
 * Matches true and predicted objects one to one. A pair matches if its intersection over union reaches the threshold.
 * Above 0.5 an object has at most one such partner. Up to 0.5 it can have several: then the largest number of matches is
 * chosen, and of equal numbers the largest sum of intersections over union, as in StarDist and Cellpose. A greedy choice
 * would find fewer matches there.
 *
 * @param overlaps overlaps of the objects, from {@linkcode objectOverlaps}
 * @param threshold least intersection over union, above 0 and up to 1
 */
export function matchObjects(overlaps: ObjectOverlaps, threshold: number): MatchCounts {
  const { trueAreas, predictedAreas, pairs } = overlaps;
  let matches = pairs.filter(({ iou }) => iou >= threshold);
  if (!isOneToOne(matches)) matches = bestPairs(overlaps, threshold).filter(({ iou }) => iou >= threshold);
  return {
    threshold,
    truePositive: matches.length,
    falsePositive: predictedAreas.length - matches.length,
    falseNegative: trueAreas.length - matches.length,
    iouSum: matches.reduce((sum, { iou }) => sum + iou, 0),
  };
}

function isOneToOne(pairs: readonly ObjectPair[]): boolean {
  return new Set(pairs.map(({ truth }) => truth)).size === pairs.length &&
    new Set(pairs.map(({ predicted }) => predicted)).size === pairs.length;
}

/**
 * Chooses pairs one to one: as many as possible that reach the threshold, and of these choices the one with the largest
 * sum of intersections over union, which counts pairs below the threshold too.
 */
export function bestPairs({ trueAreas, predictedAreas, pairs }: ObjectOverlaps, threshold: number): ObjectPair[] {
  const scale = 2 * Math.min(trueAreas.length, predictedAreas.length);
  return pairGroups(pairs).flatMap((group) => {
    if (group.length === 1) return group;
    const rows = [...new Set(group.map(({ truth }) => truth))];
    const columns = [...new Set(group.map(({ predicted }) => predicted))];
    const row = new Map(rows.map((truth, i) => [truth, i])), column = new Map(columns.map((label, j) => [label, j]));
    const weights = rows.map(() => new Array<number>(columns.length).fill(0));
    for (const { truth, predicted, iou } of group) {
      weights[row.get(truth)!][column.get(predicted)!] = Number(iou >= threshold) + iou / scale;
    }
    const assigned = maximumAssignment(weights);
    return group.filter(({ truth, predicted }) => assigned[row.get(truth)!] === column.get(predicted));
  });
}

/** Divides pairs into groups that share no object, so that each group can be matched alone. */
function pairGroups(pairs: readonly ObjectPair[]): ObjectPair[][] {
  const byTruth = new Map<number, ObjectPair[]>(), byPrediction = new Map<number, ObjectPair[]>();
  const add = (index: Map<number, ObjectPair[]>, key: number, pair: ObjectPair) => {
    const list = index.get(key);
    list ? list.push(pair) : index.set(key, [pair]);
  };
  for (const pair of pairs) {
    add(byTruth, pair.truth, pair);
    add(byPrediction, pair.predicted, pair);
  }
  const seen = new Set<ObjectPair>(), groups: ObjectPair[][] = [];
  for (const first of pairs) {
    if (seen.has(first)) continue;
    const group = [first];
    seen.add(first);
    for (const { truth, predicted } of group) {
      for (const other of [...byTruth.get(truth)!, ...byPrediction.get(predicted)!]) {
        if (seen.has(other)) continue;
        seen.add(other);
        group.push(other);
      }
    }
    groups.push(group);
  }
  return groups;
}
