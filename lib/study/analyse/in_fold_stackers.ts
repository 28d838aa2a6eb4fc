import type { EnsembleImage } from "../../ensemble/ensemble_image.ts";
import type { MetaModelKind } from "../../ensemble/meta_model.ts";
import type { EnsembleMethodDefinition } from "../../ensemble/methods/method.ts";
import { ENSEMBLE_METHODS } from "../../ensemble/methods/methods.ts";

/** The stackers that learn from maps of images that the members trained on, by id, with their labels. */
export const IN_FOLD_STACKERS = {
  "shallow-cnn-in-fold": { method: "shallow-cnn", label: "shallow CNN, trained in-fold" },
  "residual-in-fold": { method: "residual", label: "residual meta-model, trained in-fold" },
} as const satisfies Record<string, { method: MetaModelKind; label: string }>;

/** The id of a stacker of {@linkcode IN_FOLD_STACKERS}. */
export type InFoldStackerId = keyof typeof IN_FOLD_STACKERS;

/**
 * Gathers the images that the members trained on, by id, each with the maps of one fold's models.
 *
 * @param training returns a fold's training images
 */
export async function gatherInFold(
  folds: number,
  training: (fold: number) => Promise<EnsembleImage[]>,
): Promise<Map<string, EnsembleImage>> {
  const inFold = new Map<string, EnsembleImage>();
  for (let fold = 0; fold < folds; fold++) {
    for (const image of await training(fold)) if (!inFold.has(image.id)) inFold.set(image.id, image);
  }
  return inFold;
}

/**
 * Makes a stacker that trains on maps of images that the members trained on, to demonstrate the leak.
 *
 * @param inFold the images: see {@linkcode gatherInFold}
 */
export function inFoldStacker(
  id: InFoldStackerId,
  inFold: ReadonlyMap<string, EnsembleImage>,
): EnsembleMethodDefinition {
  const { method, label } = IN_FOLD_STACKERS[id], honest = ENSEMBLE_METHODS[method];
  return { ...honest, label, fit: (images) => honest.fit(images.flatMap(({ id }) => inFold.get(id) ?? [])) };
}
