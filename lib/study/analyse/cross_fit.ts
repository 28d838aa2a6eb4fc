import type { Dataset } from "../../datasets/dataset.ts";
import { LeakGuard } from "../../datasets/leak_guard.ts";
import type { EnsembleImage } from "../../ensemble/ensemble_image.ts";
import type { EnsembleMethodDefinition } from "../../ensemble/methods/method.ts";
import { mapDice } from "../../evaluate/metrics.ts";

/** What {@linkcode crossFit} gives. */
export interface CrossFit {
  /** Maps of all out-of-fold images, fold by fold. */
  predicted: Float32Array[];
  /** Dice of the test images, per fold. */
  test: number[][];
  /** Seconds to fit it on all out-of-fold images. */
  fitSeconds: number;
  /** Of the members, where it has any. */
  weights: number[] | null;
}

/**
 * An ensemble's predictions of images that it did not learn on: a fold's out-of-fold images from what the other folds
 * teach, test images from what all folds do.
 *
 * @param byFold members' out-of-fold maps
 * @param tests members' test maps, from each fold's models
 * @throws {LeakError} if an image is predicted that it learnt on.
 */
export async function crossFit(
  method: EnsembleMethodDefinition,
  byFold: readonly (readonly EnsembleImage[])[],
  tests: readonly (readonly EnsembleImage[])[],
  dataset: Dataset,
): Promise<CrossFit> {
  const indexOf = new Map(dataset.samples.map(({ id }, i) => [id, i]));
  const indices = (images: readonly EnsembleImage[]) => images.map(({ id }) => indexOf.get(id)!);
  // What is learnt says on which images.
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
    for (const image of images) dice.push(mapDice(await predict(image), image.truth));
    test.push(dice);
  }
  whole.value.dispose?.();
  return { predicted, test, fitSeconds, weights: whole.value.weights ?? null };
}
