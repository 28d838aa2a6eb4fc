import type { EnsembleImage } from "../../ensemble/ensemble_image.ts";
import type { MetaModelKind } from "../../ensemble/meta_model.ts";
import type { EnsembleMethodDefinition } from "../../ensemble/methods/method.ts";
import { ENSEMBLE_METHODS, type EnsembleMethodId } from "../../ensemble/methods/methods.ts";

/** The stackers that learn from maps of images that the members trained on, by id, with their labels. */
export const IN_FOLD_STACKERS = {
  "shallow-cnn-in-fold": { method: "shallow-cnn", label: "shallow CNN, trained in-fold" },
  "residual-in-fold": { method: "residual", label: "residual meta-model, trained in-fold" },
} as const satisfies Record<string, { method: MetaModelKind; label: string }>;

/**
 * Makes the stackers that train on maps of images that the members trained on, to demonstrate the leak.
 *
 * @param byFold out-of-fold images
 * @param training a fold's training images
 */
export async function inFoldStackers(
  byFold: readonly (readonly EnsembleImage[])[],
  training: (fold: number) => Promise<EnsembleImage[]>,
): Promise<{ id: string; method: EnsembleMethodId; definition: EnsembleMethodDefinition }[]> {
  const inFold = new Map<string, EnsembleImage>();
  for (let fold = 0; fold < byFold.length; fold++) {
    for (const image of await training(fold)) if (!inFold.has(image.id)) inFold.set(image.id, image);
  }
  return Object.entries(IN_FOLD_STACKERS).map(([id, { method, label }]) => {
    const honest = ENSEMBLE_METHODS[method];
    const fit = (images: readonly EnsembleImage[]) => honest.fit(images.flatMap(({ id }) => inFold.get(id) ?? []));
    return { id, method, definition: { ...honest, label, fit } };
  });
}
