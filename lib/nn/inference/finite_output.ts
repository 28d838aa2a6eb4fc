import { WeightsError } from "../weights/weights_error.ts";

/**
 * Throws for a model's output that is NaN, as a threshold would turn it into an empty mask.
 *
 * @param probabilities probabilities of one image from `Predictor`, which are NaN where the logits overflowed
 * @param classes number of probabilities per pixel
 * @returns the probabilities
 * @throws {WeightsError} with the number of NaN values.
 */
export function requireFinite(probabilities: Float32Array, classes: number): Float32Array {
  if (probabilities.every((p) => !Number.isNaN(p))) return probabilities;
  const count = probabilities.reduce((sum, p) => sum + Number(Number.isNaN(p)), 0);
  throw new WeightsError(
    `The model's output overflows at ${count / classes} of ${
      probabilities.length / classes
    } pixels, so that no mask can be made. ` +
      "Check the image's intensities, or train the model again with a lower learningRate",
  );
}
