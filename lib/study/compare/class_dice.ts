import { clusterInterval } from "../../evaluate/cluster_interval.ts";
import type { Interval } from "../../evaluate/interval.ts";
import { meanOfOccurring } from "../../evaluate/class_scores.ts";

/**
 * Returns the mean Dice of a class, over the images in which it occurs in the truth or in the prediction.
 *
 * @param entry a member or an ensemble of an analysis, with `classDice`
 * @param name the name of the class
 * @returns 0 to 1; a dash where there is none, for tables
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { classMean } from "lib/study";
 *
 * const entry = { classDice: { round: [1, 0.5, NaN], long: [NaN, NaN, NaN] } };
 * assert.equal(classMean(entry, "round"), 0.75);
 * assert.equal(classMean(entry, "long"), "–");
 * ```
 */
export function classMean({ classDice }: { classDice?: Record<string, number[]> }, name: string): number | "–" {
  const dice = meanOfOccurring(classDice?.[name] ?? []);
  return Number.isNaN(dice) ? "–" : dice;
}

/**
 * Computes the mean Dice of each class with an interval over groups of images. A class that occurs in fewer than two groups
 * is left out.
 *
 * @param classDice Dice of each image; NaN where the class does not occur
 * @param groups each image's group
 */
export function classIntervals(
  classDice: Record<string, readonly number[]>,
  groups: readonly string[],
): Record<string, Interval> {
  return Object.fromEntries(
    Object.entries(classDice).flatMap(([name, dice]) => {
      const images = [...dice.keys()].filter((i) => !Number.isNaN(dice[i]));
      const among = images.map((i) => groups[i]);
      return new Set(among).size > 1 ? [[name, clusterInterval([images.map((i) => dice[i])], among)]] : [];
    }),
  );
}
