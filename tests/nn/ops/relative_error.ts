import assert from "node:assert/strict";
import type { tf } from "lib/tensorflow";

/** Returns the largest difference, relative to the largest number, or to `largest` if that is larger; infinity where one is NaN. */
export function relativeError(found: tf.Tensor, exact: Float64Array, largest = 0): number {
  const values = found.dataSync();
  assert.equal(values.length, exact.length);
  let most = 0;
  exact.forEach((value, i) => {
    most = Math.max(most, Number.isNaN(values[i]) ? Infinity : Math.abs(values[i] - value));
    largest = Math.max(largest, Math.abs(value));
  });
  return most / largest;
}

/** Returns the bits of a tensor's float32 numbers. */
export function bits(tensor: tf.Tensor): string {
  return new Uint32Array(tensor.dataSync().slice().buffer).join();
}
