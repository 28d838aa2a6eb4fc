/**
 * Refuses a model's output that is no number: a threshold would make an empty mask of it.
 *
 * @param probabilities of one image, as `Predictor` returns them: NaN where the logits overflowed
 * @returns the probabilities
 * @throws {RangeError} saying how many of the values are no numbers.
 */
export function requireFinite(probabilities: Float32Array): Float32Array {
  if (probabilities.every((p) => !Number.isNaN(p))) return probabilities;
  const count = probabilities.reduce((sum, p) => sum + Number(Number.isNaN(p)), 0);
  throw new RangeError(
    `The model's output overflows at ${count} of ${probabilities.length} pixels, so that no mask can be made. ` +
      "Check the image's intensities, or train the model again with a lower learningRate",
  );
}
