import { tf } from "../../tensorflow/mod.ts";
import { bceLoss } from "./bce.ts";
import type { LossDefinition } from "./loss.ts";
import { tverskyLoss } from "./tversky.ts";

/** Dice loss (Milletari et al. 2016): {@linkcode tverskyLoss} with α = β = ½. */
export function diceLoss(logits: tf.Tensor, targets: tf.Tensor): tf.Scalar {
  return tverskyLoss(logits, targets, tf.tensor1d([0.5, 0.5]));
}

/** Dice loss. */
export const dice: LossDefinition = { label: "Dice", source: "Milletari et al. 2016", compute: diceLoss };

/** Binary cross-entropy and Dice loss, added. */
export const bceAndDice: LossDefinition = {
  label: "BCE + Dice",
  source: "Isensee et al. 2021",
  compute: (logits, targets) => tf.add(bceLoss(logits, targets), diceLoss(logits, targets)),
};
