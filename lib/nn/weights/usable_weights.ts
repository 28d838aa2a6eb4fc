import { type NamedArray, SafetensorsError } from "./safetensors.ts";

/**
 * Throws for weights that a model cannot compute with: NaN, infinity, and negative variances, whose roots are NaN. Its
 * predictions would never exceed a threshold.
 *
 * @param path path of their file, for the message
 * @throws {SafetensorsError} naming the file, the first such tensor and its value.
 */
export function refuseUnusableWeights(arrays: ReadonlyMap<string, NamedArray>, path: string): void {
  for (const [name, { data }] of arrays) {
    if (!(data instanceof Float32Array)) continue;
    const isVariance = name.endsWith(".running_var");
    const first = data.findIndex((value) => !Number.isFinite(value) || (isVariance && value < 0));
    if (first < 0) continue;
    throw new SafetensorsError(
      `${path} cannot be used: its tensor ${name} contains ${data[first]}, with which a model predicts nothing. ` +
        "Train the model again with a lower learningRate, or take another copy of the file",
    );
  }
}
