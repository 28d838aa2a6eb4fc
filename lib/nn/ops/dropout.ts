import { customOp, isHalf, randomUniform, tf, toHalf } from "../../tensorflow/mod.ts";
import { hashText } from "../weights/weight_scope.ts";

/**
 * Sets the elements where `mask` is 0 to zero and scales the others up to preserve the mean (Srivastava et al. 2014). If x is in
 * 16 bits, so is the scale: 1.25 and 2 (rates of 0.2 and 0.5) are exact, others are off by at most a part in 500.
 *
 * @param rate share of the elements that the mask drops, 0 to 1
 * @param mask zeros and ones, of x's shape or one that broadcasts to it
 */
export function dropout(x: tf.Tensor4D, rate: number, mask: tf.Tensor4D): tf.Tensor4D {
  const kept = toHalf(tf.mul(mask, 1 / (1 - rate)), isHalf(x));
  return customOp<tf.Tensor4D>({
    inputs: { x },
    forward: (save) => {
      save([kept]);
      return tf.mul(x, kept);
    },
    backward: (dy, [kept]) => ({ x: () => tf.mul(dy, kept) }),
  });
}

/**
 * Draws a mask of ones, and of zeros with probability `rate`.
 *
 * @param seed two int32 numbers that change in every step
 * @param layer distinguishes layers with the same seed
 */
export function dropoutMask(shape: readonly number[], rate: number, seed: tf.Tensor1D, layer: string): tf.Tensor4D {
  const stream = tf.add(seed, tf.tensor1d([0, hashText(layer) >> 1], "int32")) as tf.Tensor1D;
  return tf.cast(tf.greaterEqual(randomUniform([...shape], stream), rate), "float32") as tf.Tensor4D;
}
