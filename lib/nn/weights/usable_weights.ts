import { WeightsError } from "./weights_error.ts";
import { type NamedArray, SafetensorsError } from "./safetensors.ts";

/** Finds the first weight that is NaN, infinite, or a negative variance, whose root is NaN. */
function unusableWeight(arrays: ReadonlyMap<string, NamedArray>): { name: string; value: number } | undefined {
  for (const [name, { data }] of arrays) {
    if (!(data instanceof Float32Array)) continue;
    const isVariance = name.endsWith(".running_var");
    // A loop, since a call for each of millions of weights takes a tenth of the time of a short program.
    for (let i = 0; i < data.length; i++) {
      const value = data[i];
      if (!Number.isFinite(value) || (isVariance && value < 0)) return { name, value };
    }
  }
}

/**
 * Throws for weights that a model cannot compute with: NaN, infinity, and negative variances. Its predictions would never
 * exceed a threshold.
 *
 * @param path path of their file, for the message
 * @throws {SafetensorsError} naming the file, the first such tensor and its value.
 */
export function refuseUnusableWeights(arrays: ReadonlyMap<string, NamedArray>, path: string): void {
  const found = unusableWeight(arrays);
  if (!found) return;
  throw new SafetensorsError(
    `${path} cannot be used: its tensor ${found.name} contains ${found.value}, with which a model predicts nothing. ` +
      "Train the model again with a lower learningRate, or take another copy of the file",
  );
}

/**
 * Throws for a model that could not be read again once it is saved.
 *
 * @param path path of the file to write, for the message
 * @throws {WeightsError} naming the file, the first such weight and its value.
 */
export function refuseToSave(arrays: ReadonlyMap<string, NamedArray>, path: string): void {
  const found = unusableWeight(arrays);
  if (!found) return;
  throw new WeightsError(
    `${path} is not written: the weight ${found.name} contains ${found.value}, with which a model predicts nothing. ` +
      "Train the model again with a lower learningRate",
  );
}
