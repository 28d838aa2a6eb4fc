import { executeOp, nativeOp, tf, typeAttribute } from "../runtime/mod.ts";

/**
 * Binary cross-entropy of logits, averaged over all elements (PyTorch's `BCEWithLogitsLoss`),
 * computed as softplus(x) − x·y, which no logit overflows.
 *
 * @param logits any shape
 * @param targets probabilities of the same shape, usually 0 or 1
 * @returns a scalar in nats
 */
export function bceWithLogits(logits: tf.Tensor, targets: tf.Tensor): tf.Scalar {
  return nativeOp<tf.Scalar>({
    inputs: { logits },
    forward: (save) => {
      save([logits, targets]);
      const softplus = executeOp("Softplus", [typeAttribute("T", "float32")], [logits], 1)[0];
      return tf.mean(tf.sub(softplus, tf.mul(logits, targets))) as tf.Scalar;
    },
    backward: (dy, [logits, targets]) => ({
      logits: () => tf.mul(tf.sub(tf.sigmoid(logits), targets), tf.div(dy, logits.size)),
    }),
  });
}

/** Losses that a configuration can name. */
export const LOSSES = ["bce"] as const;
/** A loss's name. */
export type LossName = typeof LOSSES[number];

/** The loss of that name, of logits and targets of the same shape. */
export function lossOf(_name: LossName): (logits: tf.Tensor, targets: tf.Tensor) => tf.Scalar {
  return bceWithLogits;
}
