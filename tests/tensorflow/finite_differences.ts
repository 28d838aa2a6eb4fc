import assert from "node:assert/strict";
import { randomNormal, tf } from "lib/tensorflow/mod.ts";

/** Numbers of the standard normal distribution, the same in every run. */
export function fixedNormal<R extends tf.Rank>(shape: number[], stream = 0): tf.Tensor<R> {
  const seed = tf.tensor1d([11, stream], "int32");
  const values = randomNormal<R>(shape, seed);
  seed.dispose();
  return values;
}

/**
 * Compares a function's gradients with central differences along fixed random directions: the
 * directional derivative of Σ w·f, with weights w, must agree within `tolerance` of its size.
 */
export function assertGradients(
  f: (...inputs: tf.Tensor[]) => tf.Tensor,
  inputs: tf.Tensor[],
  { step = 1e-2, tolerance = 2e-2 } = {},
): void {
  tf.tidy(() => {
    const weights = fixedNormal(f(...inputs).shape, 99);
    const objective = (...xs: tf.Tensor[]) => tf.sum(tf.mul(f(...xs), weights)) as tf.Scalar;
    const gradients = tf.grads(objective)(inputs);
    inputs.forEach((input, i) => {
      assert.deepEqual(gradients[i].shape, input.shape);
      const direction = fixedNormal(input.shape, 7 + i);
      const moved = (factor: number) =>
        objective(...inputs.map((x, j) => j === i ? tf.add(x, tf.mul(direction, factor * step)) : x)).dataSync()[0];
      const difference = (moved(1) - moved(-1)) / (2 * step);
      const analytic = tf.sum(tf.mul(gradients[i], direction)).dataSync()[0];
      const size = Math.max(Math.abs(difference), Math.abs(analytic), 1e-2);
      assert.ok(
        Math.abs(difference - analytic) <= tolerance * size,
        `input ${i}: the gradient gives ${analytic}, differences give ${difference}`,
      );
    });
  });
}
