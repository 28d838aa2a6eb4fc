import { mean } from "../math/mean.ts";
import { classDispute } from "./class_dispute.ts";
import { DiceScorer } from "./dice_scorer.ts";
import type { EnsembleImage } from "./ensemble_image.ts";
import { foregroundDispute } from "./foreground_dispute.ts";

/** The result of {@linkcode greedySelection}. */
export interface Selection {
  /** How often each member was selected, as a share. */
  weights: number[];
  /** The selected members, in order. */
  picks: number[];
  /** Mean Dice on the images of the selection, after each pick. */
  dice: number[];
}

/**
 * Returns the mean Dice per image; an empty image that is predicted empty counts as 1. Of several classes, the Dice of an
 * image is the mean of those that occur in its truth or in its prediction.
 */
export function meanDice(
  images: readonly EnsembleImage[],
  predict: (image: EnsembleImage) => Float32Array,
): number {
  const scorer = DiceScorer.forImages(images);
  return mean(images.map((image) => scorer.dice(image, predict(image))));
}

/** Returns weights in proportion to the members' scores on these images, of sum 1. */
export function scoreWeights(images: readonly EnsembleImage[]): number[] {
  const scores = images[0].maps.map((_, m) => meanDice(images, ({ maps }) => maps[m]));
  const total = scores.reduce((a, b) => a + b);
  return scores.map((score) => total > 0 ? score / total : 1 / scores.length);
}

/**
 * Selects members greedily with replacement (Caruana et al. 2004). It starts from the best member and repeatedly adds
 * the one that improves the mean most; the best prefix is the result. Use out-of-fold maps.
 *
 * @param picks largest number of picks. Default 16.
 */
export function greedySelection(images: readonly EnsembleImage[], picks = 16): Selection {
  const members = images[0].maps.length;
  const scorer = DiceScorer.forImages(images);
  const disputes = images.map((image) =>
    scorer.task.hasThreshold ? foregroundDispute(image) : classDispute(image, scorer)
  );
  const taken: number[] = [], dice: number[] = [];
  for (let size = 1; size <= picks; size++) {
    let best = -1, bestDice = -1;
    for (let m = 0; m < members; m++) {
      let total = 0;
      for (const dispute of disputes) total += dispute.scoreWith(m, size);
      if (total / images.length > bestDice) [best, bestDice] = [m, total / images.length];
    }
    taken.push(best);
    dice.push(bestDice);
    for (const dispute of disputes) dispute.add(best);
  }
  const length = 1 + dice.indexOf(Math.max(...dice));
  const chosen = taken.slice(0, length);
  return {
    picks: chosen,
    dice: dice.slice(0, length),
    weights: Array.from({ length: members }, (_, m) => chosen.filter((pick) => pick === m).length / length),
  };
}
