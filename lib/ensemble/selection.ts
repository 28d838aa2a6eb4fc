import { anyMemberCalls } from "../evaluate/diversity.ts";
import { mean } from "../math/mean.ts";
import { diceScoreOrOne, mapDice, type PixelCounts } from "../evaluate/metrics.ts";
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

/** What weights can change of an image: the pixels on which members differ. */
interface Dispute {
  /** Of the other pixels, which every weighted mean calls as all members do. */
  settled: PixelCounts;
  /** 1 for foreground, of the disputed pixels one after the other. */
  truth: Uint8Array;
  /** Probabilities there, per member. */
  maps: Float32Array[];
  /** Of the probabilities of those that were taken. */
  sums: Float32Array;
}

function findDisputes({ maps, truth }: EnsembleImage): Dispute {
  const settled = { truePositive: 0, falsePositive: 0, falseNegative: 0 };
  const places = new Uint32Array(truth.length);
  let count = 0;
  for (let p = 0; p < truth.length; p++) {
    const found = maps[0][p] > 0.5;
    if (anyMemberCalls(maps, p, !found)) places[count++] = p;
    else if (truth[p] > 0) found ? settled.truePositive++ : settled.falseNegative++;
    else if (found) settled.falsePositive++;
  }
  const disputed = places.subarray(0, count);
  return {
    settled,
    truth: Uint8Array.from(disputed, (p) => truth[p] > 0 ? 1 : 0),
    maps: maps.map((map) => Float32Array.from(disputed, (p) => map[p])),
    sums: new Float32Array(count),
  };
}

/**
 * Greedy selection with replacement (Caruana et al. 2004): starting from the best member, the one that helps the
 * average most is added, again and again; the best prefix counts. Give it out-of-fold maps.
 *
 * @param picks at most. Default 16.
 */
export function greedySelection(images: readonly EnsembleImage[], picks = 16): Selection {
  const members = images[0].maps.length;
  const disputes = images.map(findDisputes);
  const taken: number[] = [], dice: number[] = [];
  for (let size = 1; size <= picks; size++) {
    let best = -1, bestDice = -1;
    for (let m = 0; m < members; m++) {
      let total = 0;
      for (const { settled, truth, maps, sums } of disputes) {
        const map = maps[m], half = 0.5 * size;
        let { truePositive, falsePositive, falseNegative } = settled;
        for (let p = 0; p < truth.length; p++) {
          const found = sums[p] + map[p] > half;
          if (truth[p] > 0) found ? truePositive++ : falseNegative++;
          else if (found) falsePositive++;
        }
        total += diceScoreOrOne({ truePositive, falsePositive, falseNegative });
      }
      if (total / images.length > bestDice) [best, bestDice] = [m, total / images.length];
    }
    taken.push(best);
    dice.push(bestDice);
    for (const { maps, sums } of disputes) {
      const map = maps[best];
      for (let p = 0; p < map.length; p++) sums[p] += map[p];
    }
  }
  const length = 1 + dice.indexOf(Math.max(...dice));
  const chosen = taken.slice(0, length);
  return {
    picks: chosen,
    dice: dice.slice(0, length),
    weights: Array.from({ length: members }, (_, m) => chosen.filter((pick) => pick === m).length / length),
  };
}
