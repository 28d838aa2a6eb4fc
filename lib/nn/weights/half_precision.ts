import type { NamedArray } from "./safetensors.ts";

/** The largest value of float16. */
const LARGEST = 65504;

/** Whether float16 can hold all values. A loop, as a call for each of millions of weights takes ten times as long. */
function isInRange(values: Float32Array): boolean {
  for (let i = 0; i < values.length; i++) if (!(Math.abs(values[i]) <= LARGEST)) return false;
  return true;
}

/**
 * Rounds weights to float16, which halves their file. The statistics of batch normalisation, which may be too small for
 * float16, and arrays with values above 65,504 stay as they are.
 *
 * @returns new arrays; the given ones do not change
 */
export function halfPrecision(arrays: ReadonlyMap<string, NamedArray>): Map<string, NamedArray> {
  return new Map(
    Array.from(arrays, ([name, array]) => {
      const { data, shape } = array;
      const fits = data instanceof Float32Array && !/\.running_(mean|var)$/.test(name) && isInRange(data);
      return [name, fits ? { dtype: "F16", shape, data: Float16Array.from(data) } : array];
    }),
  );
}

/** Returns arrays with float16 widened to float32, as they are read from a file. */
export function fullPrecision(arrays: ReadonlyMap<string, NamedArray>): Map<string, NamedArray> {
  return new Map(
    Array.from(arrays, ([name, array]) => {
      const { data, shape } = array;
      return [name, data instanceof Float16Array ? { dtype: "F32", shape, data: Float32Array.from(data) } : array];
    }),
  );
}
