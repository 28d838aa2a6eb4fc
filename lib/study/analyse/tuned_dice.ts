import { LeakGuard } from "../../datasets/leak_guard.ts";
import type { EnsembleImage } from "../../ensemble/ensemble_image.ts";
import { diceScore } from "../../evaluate/metrics.ts";
import { tuneThreshold } from "../../evaluate/threshold.ts";
import type { SampleIndex } from "./gather_maps.ts";

/** Dice out of fold at thresholds that were tuned on the other folds. */
export interface TunedDice {
  /** The threshold of each fold. */
  tunedThresholds: number[];
  /** Dice of each out-of-fold image at the threshold of its fold. */
  tunedOutOfFold: number[];
}

/**
 * Tunes a threshold for each fold on the other folds, and scores the images at it; a threshold may not score the images
 * that it was tuned on.
 *
 * @param findMap returns the map of an image; `i` is its index among all out-of-fold images
 * @returns `undefined` if the task has no threshold
 */
export function tuneOnOthers(
  byFold: readonly (readonly EnsembleImage[])[],
  findMap: (image: EnsembleImage, i: number) => Float32Array,
  index: SampleIndex,
): TunedDice | undefined {
  if (!index.task.hasThreshold) return undefined;
  const { dataset, scorer } = index;
  const indices = (images: readonly EnsembleImage[]) => images.map(({ id }) => index.place(id));
  let at = 0;
  const folds = byFold.map((images) => images.map((image) => ({ image, map: findMap(image, at++) })));
  const tunedThresholds = folds.map((unseen, fold) => {
    const others = folds.filter((_, other) => other !== fold).flat(), images = others.map(({ image }) => image);
    const { threshold } = tuneThreshold(others.map(({ map }) => map), images.map(({ truth }) => truth));
    return new LeakGuard("the threshold", threshold, dataset, indices(images))
      .forHeldOut(dataset, indices(unseen.map(({ image }) => image)));
  });
  const tunedOutOfFold = folds.flatMap((images, fold) =>
    images.map(({ image, map }) => scorer.mean(scorer.counts(image, map, tunedThresholds[fold]).map(diceScore)))
  );
  return { tunedThresholds, tunedOutOfFold };
}
