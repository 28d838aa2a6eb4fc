import { tf } from "../../tensorflow/mod.ts";
import { bce } from "./bce.ts";
import { bceAndDice, dice } from "./dice.ts";
import { focal, normalizedFocal } from "./focal.ts";
import { LOSS_OPTIONS, type LossDefinition, type LossOptions } from "./loss.ts";
import { lovasz } from "./lovasz.ts";
import { tversky } from "./tversky.ts";

/** The losses. To add one: a file that defines it, and a line here. */
export const LOSSES = {
  bce,
  focal,
  "normalized-focal": normalizedFocal,
  dice,
  "bce+dice": bceAndDice,
  tversky,
  lovasz,
} as const satisfies Record<string, LossDefinition>;

/** A loss's name. */
export type LossName = keyof typeof LOSSES;

/** A loss's numbers as the tensor that its `compute` takes. */
export function lossParameters(name: LossName, options: Partial<LossOptions> = {}): tf.Tensor1D {
  const { parameters }: LossDefinition = LOSSES[name];
  return tf.tensor1d(parameters?.({ ...LOSS_OPTIONS, ...options }) ?? [0]);
}
