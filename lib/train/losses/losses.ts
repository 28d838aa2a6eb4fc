import { tf } from "../../tensorflow/mod.ts";
import { bce } from "./bce.ts";
import { ConfigError } from "../config_error.ts";
import { type CustomLossName, isCustomLoss, type LossFunction, toLoss } from "./custom_loss.ts";
import { bceAndDice, dice } from "./dice.ts";
import { focal, normalizedFocal } from "./focal.ts";
import { type Loss, LOSS_OPTIONS, type LossDefinition, type LossOptions } from "./loss.ts";
import { lovasz } from "./lovasz.ts";
import { tversky } from "./tversky.ts";

/**
 * The losses. To add one, define it in a file and list it here.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { LOSSES } from "lib";
 *
 * assert.equal(LOSSES.focal.source, "Lin et al. 2017");
 * ```
 */
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

/**
 * Returns the loss that a configuration names.
 *
 * @param custom the function, if the configuration names one
 * @throws {ConfigError} if the configuration names a function that is not given.
 */
export function findLoss(name: LossName | CustomLossName, custom?: LossFunction): Loss {
  if (!isCustomLoss(name)) return LOSSES[name].compute;
  if (!custom) throw new ConfigError(`loss is "${name}", a function: give that function to train()`);
  return toLoss(custom);
}

/** Makes the tensor of a loss's parameters for `compute`. */
export function lossParameters(
  name: LossName | CustomLossName,
  options: Partial<LossOptions> = {},
): tf.Tensor1D {
  const { parameters }: Partial<LossDefinition> = isCustomLoss(name) ? {} : LOSSES[name];
  return tf.tensor1d(parameters?.({ ...LOSS_OPTIONS, ...options }) ?? [0]);
}
