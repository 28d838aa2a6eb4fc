import { countClasses, mostProbableClass } from "../evaluate/class_counts.ts";
import { addPixelCounts, diceScore } from "../evaluate/metrics.ts";
import type { DiceScorer } from "./dice_scorer.ts";
import type { Dispute } from "./dispute.ts";
import type { EnsembleImage } from "./ensemble_image.ts";

/** Finds the pixels on which members differ about the most probable of several classes. */
export function classDispute({ maps, truth }: EnsembleImage, scorer: DiceScorer): Dispute {
  const { logits } = scorer.task;
  const found = maps.map((map) => mostProbableClass(map, logits));
  const isSettled = Uint8Array.from(found[0], (first, p) => found.every((each) => each[p] === first) ? 1 : 0);
  const places = Uint32Array.from(isSettled.keys());
  const settledPlaces = places.filter((p) => isSettled[p]), disputed = places.filter((p) => !isSettled[p]);
  const settled = countClasses(
    Uint8Array.from(settledPlaces, (p) => found[0][p]),
    Uint8Array.from(settledPlaces, (p) => truth[p]),
    logits,
  );
  const disputedTruth = Uint8Array.from(disputed, (p) => truth[p]);
  const disputedMaps = maps.map((map) =>
    Float32Array.from(
      { length: disputed.length * logits },
      (_, i) => map[disputed[Math.floor(i / logits)] * logits + i % logits],
    )
  );
  const sums = new Float32Array(disputed.length * logits);
  const average = new Float32Array(sums.length);
  return {
    scoreWith(member) {
      const map = disputedMaps[member];
      for (let i = 0; i < sums.length; i++) average[i] = sums[i] + map[i];
      const counts = countClasses(mostProbableClass(average, logits), disputedTruth, logits);
      // The first class is the background, which is not scored.
      return scorer.mean(settled.map((each, c) => diceScore(addPixelCounts(each, counts[c]))).slice(1));
    },
    add(member) {
      const map = disputedMaps[member];
      for (let i = 0; i < sums.length; i++) sums[i] += map[i];
    },
  };
}
