import type { Combiner } from "./combiner.ts";
import type { EnsembleImage } from "./ensemble_image.ts";
import { ENSEMBLE_METHODS, type EnsembleMethodId } from "./methods/methods.ts";

/** Fits a method, as a combiner that can be stored. */
async function fitCombiner(method: EnsembleMethodId, images: readonly EnsembleImage[]): Promise<Combiner> {
  if (method === "majority-voting") return { kind: "majority" };
  const { model, weights } = await ENSEMBLE_METHODS[method].fit(images);
  if (model) return { kind: "model", model };
  const members = images[0].maps.length;
  return { kind: "weights", weights: weights ?? Array.from({ length: members }, () => 1 / members) };
}

/**
 * Fits a method for each fold on the other folds, and last on all folds.
 *
 * @param byFold members' maps of the images of each fold, from networks that did not see them
 * @returns as many combiners as folds, and one; the caller disposes of their models
 */
export async function fitCombiners(
  method: EnsembleMethodId,
  byFold: readonly (readonly EnsembleImage[])[],
): Promise<Combiner[]> {
  const parts = [...byFold.map((_, fold) => byFold.filter((_, other) => other !== fold).flat()), byFold.flat()];
  const combiners: Combiner[] = [];
  for (const images of parts) combiners.push(await fitCombiner(method, images));
  return combiners;
}
