import { type NamedArray, SafetensorsError } from "./safetensors.ts";

/**
 * Refuses weights that a model cannot compute with: NaN, infinity, and negative variances, whose roots are NaN. No
 * threshold would be exceeded by what it predicts.
 *
 * @param path of their file, for the message
 * @throws {SafetensorsError} naming the file, the first such tensor and its value.
 */
export function refuseUnusableWeights(arrays: ReadonlyMap<string, NamedArray>, path: string): void {
  for (const [name, { data }] of arrays) {
    if (!(data instanceof Float32Array)) continue;
    const isVariance = name.endsWith(".running_var");
    const first = data.findIndex((value) => !Number.isFinite(value) || (isVariance && value < 0));
    if (first < 0) continue;
    throw new SafetensorsError(
      `${path} cannot be used: its tensor ${name} holds ${data[first]}, with which a model predicts nothing. ` +
        "Train the model again with a lower learningRate, or take another copy of the file",
    );
  }
}
