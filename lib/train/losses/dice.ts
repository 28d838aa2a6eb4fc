import { tf } from "../../tensorflow/mod.ts";
import { bceLoss } from "./bce.ts";
import type { LossDefinition } from "./loss.ts";
import { tverskyLoss } from "./tversky.ts";
import { classTversky } from "./tversky_classes.ts";

/**
 * Computes the Dice loss (Milletari et al. 2016): {@linkcode tverskyLoss} with α = β = ½, with the whole batch as one
 * image.
 *
 * @param logits any shape
 * @param targets of the same shape, 0 or 1
 * @returns a scalar, 0 to 1
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { diceLoss, tf } from "lib";
 *
 * const targets = tf.tensor1d([0, 1, 1]);
 * assert.ok(diceLoss(tf.tensor1d([-9, 9, 9]), targets).dataSync()[0] < 0.001);
 * assert.ok(diceLoss(tf.tensor1d([9, -9, -9]), targets).dataSync()[0] > 0.99);
 * ```
 */
export function diceLoss(logits: tf.Tensor, targets: tf.Tensor): tf.Scalar {
  return tverskyLoss(logits, targets, { alpha: 0.5, beta: 0.5 });
}

/** Dice loss. */
export const dice: LossDefinition = {
  label: "Dice",
  source: "Milletari et al. 2016",
  forms: {
    binary: { compute: diceLoss },
    classes: {
      compute: (logits, targets, parameters) => classTversky(logits, targets, parameters, [0.5, 0.5]),
    },
  },
};

/** Binary cross-entropy and Dice loss, added. */
export const bceAndDice: LossDefinition = {
  label: "BCE + Dice",
  source: "Isensee et al. 2021",
  forms: { binary: { compute: (logits, targets) => tf.add(bceLoss(logits, targets), diceLoss(logits, targets)) } },
};
