import { type NamedArray, SafetensorsError } from "./safetensors.ts";

/**
 * Refuses weights that are NaN or infinite: a model with one of them predicts nothing but NaN, which no threshold exceeds.
 *
 * @param path of their file, for the message
 * @throws {SafetensorsError} naming the file, the first such tensor and its value.
 */
export function refuseNonFinite(arrays: ReadonlyMap<string, NamedArray>, path: string): void {
  for (const [name, { data }] of arrays) {
    if (!(data instanceof Float32Array)) continue;
    const first = data.findIndex((value) => !Number.isFinite(value));
    if (first < 0) continue;
    throw new SafetensorsError(
      `${path} cannot be used: its tensor ${name} holds ${data[first]}, and the model would compute nothing but NaN. ` +
        "Train the model again with a lower learningRate, or take another copy of the file",
    );
  }
}
