import { customOp, tf } from "../../tensorflow/mod.ts";
import type { LossDefinition } from "./loss.ts";
import { sigmoid } from "./sigmoid.ts";
import { softplus } from "./softplus.ts";

/**
 * Computes the binary cross-entropy of logits, averaged over all elements (PyTorch's `BCEWithLogitsLoss`), as
 * softplus(−|x|) + max(x, 0) − x·y. No logit overflows, and the loss of a confident logit does not cancel.
 *
 * @param logits any shape
 * @param targets probabilities of the same shape, usually 0 or 1
 * @returns a scalar in nats
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { bceLoss, tf } from "lib";
 *
 * const loss = bceLoss(tf.tensor1d([0, 0]), tf.tensor1d([0, 1])).dataSync()[0];
 * assert.ok(Math.abs(loss - Math.log(2)) < 1e-6);
 * ```
 */
export function bceLoss(logits: tf.Tensor, targets: tf.Tensor): tf.Scalar {
  return customOp<tf.Scalar>({
    inputs: { logits },
    forward: (save) => {
      save([logits, targets]);
      const wrong = tf.sub(tf.relu(logits), tf.mul(logits, targets));
      return tf.mean(tf.add(softplus(tf.neg(tf.abs(logits))), wrong)) as tf.Scalar;
    },
    backward: (dy, [logits, targets]) => ({
      logits: () => tf.mul(tf.sub(sigmoid(logits), targets), tf.div(dy, logits.size)),
    }),
  });
}

/** Binary cross-entropy. */
export const bce: LossDefinition = {
  label: "BCE",
  source: "PyTorch's BCEWithLogitsLoss",
  forms: { binary: { compute: bceLoss } },
};
