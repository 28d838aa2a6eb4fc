import { anyMemberPredicts } from "../evaluate/diversity.ts";
import { mean } from "../math/mean.ts";
import { diceScoreOrOne, mapDice, type PixelCounts } from "../evaluate/metrics.ts";
import type { EnsembleImage } from "./ensemble_image.ts";

/** The result of {@linkcode greedySelection}. */
export interface Selection {
  /** How often each member was selected, as a share. */
  weights: number[];
  /** The selected members, in order. */
  picks: number[];
  /** Mean Dice on the images of the selection, after each pick. */
  dice: number[];
}

/** Returns the mean Dice per image; an empty image that is predicted empty counts as 1. */
export function meanDice(
  images: readonly EnsembleImage[],
  predict: (image: EnsembleImage) => ArrayLike<number>,
): number {
  return mean(images.map((image) => mapDice(predict(image), image.truth)));
}

/** Returns weights in proportion to the members' scores on these images, of sum 1. */
export function scoreWeights(images: readonly EnsembleImage[]): number[] {
  const scores = images[0].maps.map((_, m) => meanDice(images, ({ maps }) => maps[m]));
  const total = scores.reduce((a, b) => a + b);
  return scores.map((score) => total > 0 ? score / total : 1 / scores.length);
}

/** The part of an image that weights can change: the pixels on which members differ. */
interface Dispute {
  /** Counts of the other pixels, for which every weighted mean decides as all members do. */
  settled: PixelCounts;
  /** Truth of the disputed pixels, 1 for foreground. */
  truth: Uint8Array;
  /** Probabilities of the disputed pixels, per member. */
  maps: Float32Array[];
  /** Sum of the probabilities of the selected members. */
  sums: Float32Array;
}

function findDisputes({ maps, truth }: EnsembleImage): Dispute {
  const settled = { truePositive: 0, falsePositive: 0, falseNegative: 0 };
  const places = new Uint32Array(truth.length);
  let count = 0;
  for (let p = 0; p < truth.length; p++) {
    const found = maps[0][p] > 0.5;
    if (anyMemberPredicts(maps, p, !found)) places[count++] = p;
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
 * Selects members greedily with replacement (Caruana et al. 2004). It starts from the best member and repeatedly adds
 * the one that improves the mean most; the best prefix is the result. Use out-of-fold maps.
 *
 * @param picks largest number of picks. Default 16.
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
