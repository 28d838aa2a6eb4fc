import type { Normalization } from "../data/normalize.ts";
import { createModel, type ModelOptions } from "./create_model.ts";
import { readSafetensors, writeSafetensors } from "./safetensors.ts";
import type { SegmentationModel } from "./segmentation_model.ts";
import { loadStateDict, stateDict } from "./state_dict.ts";

/** How a model is to be used, beside its weights. */
export interface ModelUse {
  /** How its training images were normalised. */
  normalization: Normalization;
  /** Foreground is where the probability is larger. */
  threshold: number;
}

/**
 * Writes a model into one safetensors file that says by itself what it holds. SMP loads it with
 * `load_state_dict(strict=True)`.
 */
export async function saveModel(path: string, model: SegmentationModel, use: ModelUse): Promise<void> {
  if (!model.options) throw new Error("Only a model that createModel made can be saved");
  await writeSafetensors(path, stateDict(model), {
    model: JSON.stringify(model.options),
    normalization: use.normalization,
    threshold: String(use.threshold),
  });
}

/**
 * Reads what {@linkcode saveModel} wrote; the caller disposes of the model.
 *
 * @throws {SafetensorsError} if the file is damaged.
 * @throws {RangeError} if it does not say what model it holds.
 */
export async function loadModel(path: string): Promise<{ model: SegmentationModel } & ModelUse> {
  using file = await readSafetensors(path);
  const { arrays, metadata } = file;
  let options: ModelOptions;
  try {
    options = JSON.parse(metadata.model);
  } catch {
    throw new RangeError(
      `${path} holds weights but does not say of which model: create it, and give it the weights with loadWeights`,
    );
  }
  const model = createModel(options);
  try {
    loadStateDict(model, arrays);
  } catch (error) {
    model.dispose();
    throw error;
  }
  return { model, normalization: metadata.normalization as Normalization, threshold: Number(metadata.threshold) };
}
