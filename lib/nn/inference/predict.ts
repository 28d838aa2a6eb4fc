import type { ContrastFloor } from "../../images/contrast_floor.ts";
import type { Image } from "../../images/image.ts";
import { type Normalization, normalizeImage } from "../../images/normalize.ts";
import type { SegmentationModel } from "../segmentation_model.ts";
import { requireFinite } from "./finite_output.ts";
import { Predictor, type PredictorOptions } from "./predictor.ts";

/** Options of {@linkcode predict}. */
export interface PredictOptions extends PredictorOptions {
  /** How the model's training images were normalised, as returned by `loadModel`. */
  normalization: Normalization;
  /** How to recognise empty fields, as returned by `loadModel`. */
  contrastFloor?: ContrastFloor;
  onProgress?: (done: number) => void;
  /** Stops the work and throws the signal's reason. Default: the notebook's Stop button. */
  signal?: AbortSignal;
}

/**
 * Predicts the probability map of one image of any size. For many images, {@linkcode Predictor} is faster.
 *
 * @returns float32 `[height, width]` (`classes` values per pixel where the model has several)
 * @throws {WeightsError} if the network's output is infinite or NaN.
 */
export async function predict(
  model: SegmentationModel,
  image: Image,
  { normalization, contrastFloor, onProgress, signal, ...options }: PredictOptions,
): Promise<Float32Array> {
  const predictor = new Predictor(model, options);
  try {
    const { width, height, channels } = image;
    const input = { width, height, channels, pixels: normalizeImage(image, normalization, contrastFloor) };
    return requireFinite((await predictor.predict([input], onProgress, signal))[0], model.classes);
  } finally {
    predictor.dispose();
  }
}
