import { customOp, tf } from "../../tensorflow/mod.ts";
import { LOSS_OPTIONS, type LossDefinition, type LossOptions } from "./loss.ts";
import { classTversky } from "./tversky_classes.ts";

/** Smallest denominator (SMP's `eps`). */
const EPSILON = 1e-7;

/** Options of {@linkcode tverskyLoss}. */
export interface TverskyLossOptions {
  /** Weight of false positives, 0 or more. Default ½. */
  alpha?: number;
  /** Weight of false negatives, 0 or more. Default ½. */
  beta?: number;
}

/**
 * Computes the Tversky loss (Salehi et al. 2017): 1 − TP / (TP + α·FP + β·FN), with probabilities instead of decisions
 * and the whole batch as one image. It is 0 if there is no foreground.
 *
 * @param logits any shape
 * @param targets of the same shape, 0 or 1
 * @returns a scalar, 0 to 1
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { tf, tverskyLoss } from "lib";
 *
 * const logits = tf.tensor1d([-9, 9, -9, 9]), targets = tf.tensor1d([0, 1, 1, 1]);
 * const missing = tverskyLoss(logits, targets, { alpha: 0.3, beta: 0.7 }).dataSync()[0];
 * assert.ok(missing > tverskyLoss(logits, targets, { alpha: 0.7, beta: 0.3 }).dataSync()[0]);
 * ```
 */
export function tverskyLoss(logits: tf.Tensor, targets: tf.Tensor, options: TverskyLossOptions = {}): tf.Scalar {
  const { alpha = LOSS_OPTIONS.tverskyAlpha, beta = LOSS_OPTIONS.tverskyBeta } = options;
  return computeTversky(logits, targets, tf.tensor1d([alpha, beta]));
}

/**
 * Computes {@linkcode tverskyLoss} with parameters that a compiled step takes as an argument.
 *
 * @param parameters float32 `[2]`: α and β
 */
function computeTversky(logits: tf.Tensor, targets: tf.Tensor, parameters: tf.Tensor1D): tf.Scalar {
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
        // The weights in the denominator: 1 − β on foreground, α on background.
        const slope = tf.add(alpha, tf.mul(targets, tf.sub(tf.sub(1, beta), alpha)));
        const ofScore = tf.div(tf.sub(tf.mul(targets, all), tf.mul(hit, slope)), tf.square(all));
        const ofSigmoid = tf.mul(probabilities, tf.sub(1, probabilities));
        return tf.mul(tf.mul(ofScore, ofSigmoid), tf.neg(tf.mul(defined, dy)));
      },
    }),
  });
}

function tverskyParameters({ tverskyAlpha, tverskyBeta }: LossOptions): number[] {
  return [tverskyAlpha, tverskyBeta];
}

/** Tversky loss. */
export const tversky: LossDefinition = {
  label: "Tversky",
  source: "Salehi et al. 2017",
  forms: {
    binary: { compute: computeTversky, parameters: tverskyParameters },
    classes: { compute: classTversky, parameters: tverskyParameters },
  },
};
