import { customOp, tf } from "../../tensorflow/mod.ts";

/** A loss of probabilities with its gradient. */
export interface ProbabilityLoss {
  value: tf.Scalar;
  /** Derivative of `value` with respect to each probability, of the shape of the probabilities. */
  gradient: tf.Tensor;
}

/**
 * Computes a loss of the softmax of logits. With g the gradient for the probabilities p, that for the logits is
 * p·(g − Σ p·g).
 *
 * @param logits `[batch, height, width, classes]`
 * @param compute computes the loss of the probabilities
 */
export function softmaxLoss(logits: tf.Tensor, compute: (probabilities: tf.Tensor) => ProbabilityLoss): tf.Scalar {
  return customOp<tf.Scalar>({
    inputs: { logits },
    forward: (save) => {
      const probabilities = tf.softmax(logits);
      const { value, gradient } = compute(probabilities);
      save([probabilities, gradient]);
      return value;
    },
    backward: (dy, [probabilities, gradient]) => ({
      logits: () => {
        const weighted = tf.mul(probabilities, gradient);
        return tf.mul(tf.sub(weighted, tf.mul(probabilities, tf.sum(weighted, -1, true))), dy);
      },
    }),
  });
}
