import { customOp, tf } from "../../tensorflow/mod.ts";
import type { LossDefinition } from "./loss.ts";

/** Below it a denominator is taken as this (SMP's `eps`). */
const EPSILON = 1e-7;

/**
 * Tversky loss (Salehi et al. 2017): 1 − TP / (TP + α·FP + β·FN), with probabilities in the place of
 * decisions and the whole batch as one image; 0 where there is no foreground at all.
 *
 * @param logits any shape
 * @param targets of the same shape, 0 or 1
 * @param parameters float32 `[2]`: α and β
 */
export function tverskyLoss(logits: tf.Tensor, targets: tf.Tensor, parameters: tf.Tensor1D): tf.Scalar {
  const [alpha, beta] = tf.unstack(parameters);
  const total = tf.sum(targets);
  const defined = tf.cast(tf.greater(total, 0), "float32");
  return customOp<tf.Scalar>({
    inputs: { logits },
    forward: (save) => {
      const probabilities = tf.sigmoid(logits);
      const hit = tf.sum(tf.mul(probabilities, targets));
      const wrong = tf.add(
        tf.mul(alpha, tf.sub(tf.sum(probabilities), hit)),
        tf.mul(beta, tf.sub(total, hit)),
      );
      const all = tf.maximum(tf.add(hit, wrong), EPSILON);
      save([probabilities, targets, hit, all, alpha, beta, defined]);
      return tf.mul(defined, tf.sub(1, tf.div(hit, all))) as tf.Scalar;
    },
    backward: (dy, [probabilities, targets, hit, all, alpha, beta, defined]) => ({
      logits: () => {
        // Of the denominator: 1 − β on foreground, α on background.
        const slope = tf.add(alpha, tf.mul(targets, tf.sub(tf.sub(1, beta), alpha)));
        const ofScore = tf.div(tf.sub(tf.mul(targets, all), tf.mul(hit, slope)), tf.square(all));
        const ofSigmoid = tf.mul(probabilities, tf.sub(1, probabilities));
        return tf.mul(tf.mul(ofScore, ofSigmoid), tf.neg(tf.mul(defined, dy)));
      },
    }),
  });
}

/** Tversky loss. */
export const tversky: LossDefinition = {
  label: "Tversky",
  source: "Salehi et al. 2017",
  compute: tverskyLoss,
  parameters: ({ tverskyAlpha, tverskyBeta }) => [tverskyAlpha, tverskyBeta],
};
