import { clippedLogit, LOGIT_EDGE } from "../math/logit.ts";
import type { EnsembleImage } from "./ensemble_image.ts";

/**
 * Computes the features of a meta-model: the members' logits, clipped at probabilities of 10⁻⁶ and 1 − 10⁻⁶ and scaled to
 * about ± 1.
 *
 * @param classes number of probabilities per pixel and member
 * @returns `[pixels, members, classes]`
 */
export function metaFeatures(maps: readonly Float32Array[], classes: number): Float32Array {
  const pixels = maps[0].length / classes;
  const out = new Float32Array(maps[0].length * maps.length);
  for (let i = 0, at = 0; i < pixels; i++) {
    for (let m = 0; m < maps.length; m++) {
      for (let c = 0; c < classes; c++) out[at++] = clippedLogit(maps[m][i * classes + c]) / LOGIT_EDGE;
    }
  }
  return out;
}

/** Largest cache of features in bytes, so that logarithms are not computed repeatedly while a meta-model trains. */
const KEPT_FEATURES = 1e9;

/**
 * Makes a cache of the features of images.
 *
 * @param classes number of probabilities per pixel and member
 */
export function featureCache(classes: number): (image: EnsembleImage) => Float32Array {
  const kept = new Map<EnsembleImage, Float32Array>();
  let bytes = 0;
  return (image) => {
    let features = kept.get(image);
    if (!features) {
      features = metaFeatures(image.maps, classes);
      bytes += features.byteLength;
      if (bytes <= KEPT_FEATURES) kept.set(image, features);
    }
    return features;
  };
}
