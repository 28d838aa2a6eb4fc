import { LeakGuard } from "../../datasets/leak_guard.ts";
import type { EnsembleImage } from "../../ensemble/ensemble_image.ts";
import type { EnsembleMethodDefinition } from "../../ensemble/methods/method.ts";
import type { SampleIndex } from "./gather_maps.ts";

/** The result of {@linkcode crossFit}. */
export interface CrossFit {
  /** Maps of all out-of-fold images, fold by fold. */
  predicted: Float32Array[];
  /** Dice of the test images, per fold. */
  test: number[][];
  /** Seconds of fitting on all out-of-fold images. */
  fitSeconds: number;
  /** Weights of the members, if it has any. */
  weights: number[] | null;
}

/**
 * Predicts images that an ensemble did not learn from. The images of a fold are predicted by an ensemble fitted on the
 * other folds, test images by one fitted on all folds.
 *
 * @param byFold members' out-of-fold maps
 * @param tests members' test maps, from each fold's models
 * @throws {LeakError} if a predicted image is one that it learned from.
 */
export async function crossFit(
  method: EnsembleMethodDefinition,
  byFold: readonly (readonly EnsembleImage[])[],
  tests: readonly (readonly EnsembleImage[])[],
  index: SampleIndex,
): Promise<CrossFit> {
  const { dataset, scorer } = index;
  const indices = (images: readonly EnsembleImage[]) => images.map(({ id }) => index.place(id));
  // A fitted ensemble records the images that it learned from.
  const learn = async (images: readonly EnsembleImage[]) =>
    new LeakGuard(method.label, await method.fit(images), dataset, indices(images));
  const predicted: Float32Array[] = [];
  for (const [fold, images] of byFold.entries()) {
    const fitted = await learn(byFold.filter((_, other) => other !== fold).flat());
    const { predict, dispose } = fitted.forHeldOut(dataset, indices(images));
    for (const image of images) predicted.push(await predict(image));
    dispose?.();
  }
  if (tests.length === 0) return { predicted, test: [], fitSeconds: 0, weights: null };
  const start = performance.now();
  const whole = await learn(byFold.flat());
  const fitSeconds = (performance.now() - start) / 1000;
  const test: number[][] = [];
  for (const images of tests) {
    const { predict } = whole.forHeldOut(dataset, indices(images));
    const dice: number[] = [];
    for (const image of images) dice.push(scorer.dice(image, await predict(image)));
    test.push(dice);
  }
  whole.value.dispose?.();
  return { predicted, test, fitSeconds, weights: whole.value.weights ?? null };
}
