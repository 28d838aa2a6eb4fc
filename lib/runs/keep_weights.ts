import { roundedProbabilities } from "../math/logit_codes.ts";
import { type ModelUse, saveModel } from "../nn/weights/model_file.ts";
import { fullPrecision, halfPrecision } from "../nn/weights/half_precision.ts";
import type { SegmentationModel } from "../nn/segmentation_model.ts";
import { loadStateDict, stateDict } from "../nn/weights/state_dict.ts";
import type { TaskDefinition } from "../task/task.ts";
import { createTask } from "../task/tasks.ts";

const FOREGROUND = createTask({});

/** The largest difference of a probability that half precision may cause. */
export const HALF_TOLERANCE = 1e-3;

/**
 * Returns whether maps agree: every probability within {@linkcode HALF_TOLERANCE}, and every mask, or the class of every
 * pixel, equal at each threshold.
 *
 * @param maps probabilities per image, as from `Segmenter.predict`
 * @param others the same images, predicted in another way
 * @param task what the probabilities are of. Default: foreground
 */
export function mapsAgree(
  maps: readonly Float32Array[],
  others: readonly Float32Array[],
  thresholds: readonly number[],
  task: Pick<TaskDefinition, "classify"> = FOREGROUND,
): boolean {
  return maps.every((map, i) => {
    const other = others[i];
    if (!map.every((probability, at) => Math.abs(probability - other[at]) <= HALF_TOLERANCE)) return false;
    return thresholds.every((threshold) => {
      const found = task.classify(map, threshold), again = task.classify(other, threshold);
      return found.every((value, pixel) => value === again[pixel]);
    });
  });
}

/**
 * Saves a run's model beside its maps. The weights are rounded to float16 if the model then predicts the same maps of the
 * validation images (see {@linkcode mapsAgree}, at the tuned threshold and at 0.5); otherwise they stay in float32. Those of
 * borders do, as their objects depend on more than the class of each pixel.
 *
 * @param path the file to write
 * @param maps the saved maps of the validation images
 * @param predict predicts the validation images with the model's present weights
 * @param beforeSave rejects if the file may no longer be written
 * @returns whether the weights are in half precision
 */
export async function keepWeights(
  path: string,
  model: SegmentationModel,
  use: ModelUse,
  maps: readonly Float32Array[],
  predict: () => Promise<Float32Array[]>,
  beforeSave?: () => Promise<void>,
): Promise<boolean> {
  const weights = stateDict(model), { taskDefinition: task } = model;
  let half = false;
  if (task.instances !== "border") {
    loadStateDict(model, fullPrecision(halfPrecision(weights)));
    try {
      half = mapsAgree(maps, (await predict()).map(roundedProbabilities), [use.threshold, 0.5], task);
    } finally {
      loadStateDict(model, weights);
    }
  }
  await beforeSave?.();
  await saveModel(path, model, use, { half });
  return half;
}
