import { tf } from "../../tensorflow/mod.ts";
import { bceWithLogits } from "./bce.ts";
import type { LossDefinition } from "./loss.ts";
import { tverskyWithLogits } from "./tversky.ts";

/** Dice loss (Milletari et al. 2016): {@linkcode tverskyWithLogits} with α = β = ½. */
export function diceWithLogits(logits: tf.Tensor, targets: tf.Tensor): tf.Scalar {
  return tverskyWithLogits(logits, targets, tf.tensor1d([0.5, 0.5]));
}

/** Dice loss. */
export const dice: LossDefinition = { label: "Dice", source: "Milletari et al. 2016", compute: diceWithLogits };

/** Binary cross-entropy and Dice loss, added. */
export const bceAndDice: LossDefinition = {
  label: "BCE + Dice",
  source: "Isensee et al. 2021",
  compute: (logits, targets) => tf.add(bceWithLogits(logits, targets), diceWithLogits(logits, targets)),
};
