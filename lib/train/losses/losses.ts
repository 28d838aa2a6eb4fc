import type { TargetKind, TaskDefinition } from "../../task/task.ts";
import { tf } from "../../tensorflow/mod.ts";
import { bce } from "./bce.ts";
import { fillClassWeights } from "./class_weights.ts";
import { ConfigError } from "../config_error.ts";
import { type CustomLossName, isCustomLoss, type LossFunction, toLoss } from "./custom_loss.ts";
import { crossEntropy, crossEntropyAndDice } from "./cross_entropy.ts";
import { bceAndDice, dice } from "./dice.ts";
import { focal, normalizedFocal } from "./focal.ts";
import { type Loss, LOSS_OPTIONS, type LossDefinition, type LossForm, type LossOptions } from "./loss.ts";
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
  "cross-entropy": crossEntropy,
  "ce+dice": crossEntropyAndDice,
} as const satisfies Record<string, LossDefinition>;

/** A loss's name. */
export type LossName = keyof typeof LOSSES;

/** The default loss of each kind of targets. */
export const DEFAULT_LOSSES = { binary: "bce", classes: "cross-entropy" } as const satisfies Record<
  TargetKind,
  LossName
>;

/** The task of losses for which none is given. */
const BINARY = { target: "binary", logits: 1 } as const;

/** Returns the form of a loss for a kind of targets. */
function findForm(name: LossName, target: TargetKind): LossForm {
  const { label, forms }: LossDefinition = LOSSES[name];
  const form = forms[target];
  if (!form) throw new ConfigError(`${label} loss does not fit targets of the kind "${target}": give another loss`);
  return form;
}

/**
 * Returns the loss that a configuration names.
 *
 * @param custom the function, if the configuration names one
 * @param target kind of the targets. Default: binary
 * @throws {ConfigError} if the configuration names a function that is not given, or the loss does not fit the targets.
 */
export function findLoss(
  name: LossName | CustomLossName,
  custom?: LossFunction,
  target: TargetKind = "binary",
): Loss {
  if (!isCustomLoss(name)) return findForm(name, target).compute;
  if (!custom) throw new ConfigError(`loss is "${name}", a function: give that function to train()`);
  return toLoss(custom);
}

/**
 * Makes the tensor of a loss's parameters for `compute`.
 *
 * @param task the task whose logits and targets the loss compares. Default: foreground
 * @throws {ConfigError} if there is not one weight for each class.
 */
export function lossParameters(
  name: LossName | CustomLossName,
  options: Partial<LossOptions> = {},
  { target, logits }: Pick<TaskDefinition, "target" | "logits"> = BINARY,
): tf.Tensor1D {
  if (isCustomLoss(name)) return tf.tensor1d([0]);
  const all = { ...LOSS_OPTIONS, ...options }, own = findForm(name, target).parameters?.(all) ?? [];
  if (target === "binary") return tf.tensor1d(own.length ? own : [0]);
  return tf.tensor1d([...fillClassWeights(all.classWeights, logits), ...own]);
}
