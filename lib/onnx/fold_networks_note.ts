import { CrossFittedEnsemble } from "../ensemble/cross_fitted_ensemble.ts";
import type { Segmenter } from "../nn/inference/segmenter.ts";

/**
 * Says what the file of an ensemble from a cross-validation cannot do: recognise the images of the cross-validation.
 *
 * @returns plain text; `undefined` for another segmenter
 */
export function foldNetworksNote(segmenter: Segmenter): string | undefined {
  if (!(segmenter instanceof CrossFittedEnsemble)) return undefined;
  return "It averages the networks of all folds of a cross-validation. Together they saw all of its images, so scores on " +
    "these images are too high. Only deno task predict recognises such an image, and uses the networks that did not see it.";
}
