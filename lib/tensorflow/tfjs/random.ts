import * as tf from "@tensorflow/tfjs";
import { typeAttribute } from "../ffi/attributes.ts";
import { executeOp } from "./backend.ts";

function stateless<R extends tf.Rank>(op: string, shape: number[], seed: tf.Tensor1D): tf.Tensor<R> {
  if (seed.dtype !== "int32" || seed.size !== 2) {
    throw new TypeError(`A seed must be a tensor of two int32 numbers, not [${seed.shape}] ${seed.dtype}`);
  }
  return tf.tidy(() => {
    const size = tf.tensor1d(shape, "int32");
    const attributes = [
      typeAttribute("dtype", "float32"),
      typeAttribute("T", "int32"),
      typeAttribute("Tseed", "int32"),
    ];
    return executeOp(op, attributes, [size, seed], 1)[0];
  }) as tf.Tensor<R>;
}

/**
 * Draws uniform numbers in [0, 1) that depend on the seed alone. In a compiled step, the seed is an input:
 * each call draws new numbers, and each rerun draws the same.
 *
 * @param shape of the result
 * @param seed two int32 numbers
 * @returns float32 `[...shape]`
 */
export function randomUniform<R extends tf.Rank>(shape: number[], seed: tf.Tensor1D): tf.Tensor<R> {
  return stateless("StatelessRandomUniform", shape, seed);
}

/** Draws numbers from the standard normal distribution; otherwise like {@linkcode randomUniform}. */
export function randomNormal<R extends tf.Rank>(shape: number[], seed: tf.Tensor1D): tf.Tensor<R> {
  return stateless("StatelessRandomNormal", shape, seed);
}
