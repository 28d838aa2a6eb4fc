import { tf } from "../../tensorflow/mod.ts";

/** Smallest number of pixels, or sum of weights, by which a loss divides. */
const TINY = 1e-12;

/** Class targets in the forms that losses use. */
export interface ClassTargets {
  /** 1 for the true class, 0 for the others and for void, `[batch, height, width, classes]`. */
  oneHot: tf.Tensor;
  /** 0 for void, 1 for the other pixels, `[batch, height, width, 1]`. */
  valid: tf.Tensor;
  /** Share of each class in the loss, of sum 1, `[classes]`. */
  shares: tf.Tensor1D;
  /** Weight of each class, `[classes]`. */
  weights: tf.Tensor1D;
  /** The loss's other parameters. */
  others: tf.Tensor1D;
}

/**
 * Converts class targets.
 *
 * @param targets class indices; others than those of the logits are void, `[batch, height, width, 1]`
 * @param classes number of classes
 * @param parameters weight of each class, followed by the loss's other parameters
 */
export function readClassTargets(targets: tf.Tensor, classes: number, parameters: tf.Tensor1D): ClassTargets {
  const indices = tf.tensor1d(Array.from({ length: classes }, (_, c) => c));
  const weights = tf.slice(parameters, [0], [classes]);
  return {
    oneHot: tf.cast(tf.equal(targets, indices), "float32"),
    valid: tf.cast(tf.less(targets, classes), "float32"),
    shares: divide(weights, tf.sum(weights)) as tf.Tensor1D,
    weights,
    others: tf.slice(parameters, [classes], [parameters.size - classes]),
  };
}

/** Divides, but by a tiny number in the place of 0. */
export function divide(a: tf.Tensor, b: tf.Tensor): tf.Tensor {
  return tf.div(a, tf.maximum(b, TINY));
}

/** Sums over all axes but the last: `[classes]`. */
export function sumPixels(x: tf.Tensor): tf.Tensor1D {
  return tf.sum(x, [0, 1, 2]) as tf.Tensor1D;
}
