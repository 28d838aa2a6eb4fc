import { mean } from "../analysis/statistics.ts";
import { diceOrOne, mapDice } from "../train/metrics.ts";
import type { EnsembleImage } from "./ensemble_image.ts";

/** What {@linkcode greedySelection} chose. */
export interface Selection {
  /** How often each member was taken, of all. */
  weights: number[];
  /** Members in the order in which they were taken. */
  picks: number[];
  /** Mean Dice on the images that it was chosen on, after each pick. */
  dice: number[];
}

/** Mean Dice per image, empty images that are predicted empty counting as 1. */
export function meanDice(
  images: readonly EnsembleImage[],
  predict: (image: EnsembleImage) => ArrayLike<number>,
): number {
  return mean(images.map((image) => mapDice(predict(image), image.truth)));
}

/** Weights by the members' scores on these images, of sum 1. */
export function scoreWeights(images: readonly EnsembleImage[]): number[] {
  const scores = images[0].maps.map((_, m) => meanDice(images, ({ maps }) => maps[m]));
  const total = scores.reduce((a, b) => a + b);
  return scores.map((score) => total > 0 ? score / total : 1 / scores.length);
}

/**
 * Greedy selection with replacement (Caruana et al. 2004): starting from the best member, the one that helps the
 * average most is added, again and again; the best prefix counts. Give it out-of-fold maps.
 *
 * @param picks at most. Default 16.
 */
export function greedySelection(images: readonly EnsembleImage[], picks = 16): Selection {
  const members = images[0].maps.length;
  const sums = images.map(({ truth }) => new Float32Array(truth.length));
  const taken: number[] = [], dice: number[] = [];
  for (let size = 1; size <= picks; size++) {
    let best = -1, bestDice = -1;
    for (let m = 0; m < members; m++) {
      let total = 0;
      images.forEach(({ maps, truth }, i) => {
        const sum = sums[i], map = maps[m], half = 0.5 * size;
        let truePositive = 0, falsePositive = 0, falseNegative = 0;
        for (let p = 0; p < truth.length; p++) {
          const found = sum[p] + map[p] > half;
          if (truth[p] > 0) found ? truePositive++ : falseNegative++;
          else if (found) falsePositive++;
        }
        total += diceOrOne({ truePositive, falsePositive, falseNegative });
      });
      if (total / images.length > bestDice) [best, bestDice] = [m, total / images.length];
    }
    taken.push(best);
    dice.push(bestDice);
    images.forEach(({ maps }, i) => {
      const map = maps[best];
      for (let p = 0; p < map.length; p++) sums[i][p] += map[p];
    });
  }
  const length = 1 + dice.indexOf(Math.max(...dice));
  const chosen = taken.slice(0, length);
  return {
    picks: chosen,
    dice: dice.slice(0, length),
    weights: Array.from({ length: members }, (_, m) => chosen.filter((pick) => pick === m).length / length),
  };
}
