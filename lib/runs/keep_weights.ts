import { roundedProbabilities } from "../math/logit_codes.ts";
import { type ModelUse, saveModel } from "../nn/weights/model_file.ts";
import { fullPrecision, halfPrecision } from "../nn/weights/half_precision.ts";
import type { SegmentationModel } from "../nn/segmentation_model.ts";
import { loadStateDict, stateDict } from "../nn/weights/state_dict.ts";

/** The largest difference of a probability that half precision may cause. */
export const HALF_TOLERANCE = 1e-3;

/**
 * Returns whether maps agree: every probability within {@linkcode HALF_TOLERANCE}, and every mask equal at each threshold.
 *
 * @param maps probabilities of foreground per image
 * @param others the same images, predicted in another way
 */
export function mapsAgree(
  maps: readonly Float32Array[],
  others: readonly Float32Array[],
  thresholds: readonly number[],
): boolean {
  return maps.every((map, i) =>
    map.every((probability, pixel) => {
      const other = others[i][pixel];
      return Math.abs(probability - other) <= HALF_TOLERANCE &&
        thresholds.every((threshold) => probability > threshold === other > threshold);
    })
  );
}

/**
 * Saves a run's model beside its maps. The weights are rounded to float16 if the model then predicts the same maps of the
 * validation images (see {@linkcode mapsAgree}, at the tuned threshold and at 0.5); otherwise they stay in float32.
 *
 * @param path the file to write
 * @param maps the saved maps of the validation images
 * @param predict predicts the validation images with the model's present weights
 * @returns whether the weights are in half precision
 */
export async function keepWeights(
  path: string,
  model: SegmentationModel,
  use: ModelUse,
  maps: readonly Float32Array[],
  predict: () => Promise<Float32Array[]>,
): Promise<boolean> {
  const weights = stateDict(model);
  let half = false;
  if (model.taskDefinition.hasThreshold) {
    loadStateDict(model, fullPrecision(halfPrecision(weights)));
    try {
      half = mapsAgree(maps, (await predict()).map(roundedProbabilities), [use.threshold, 0.5]);
    } finally {
      loadStateDict(model, weights);
    }
  }
  await saveModel(path, model, use, { half });
  return half;
}
