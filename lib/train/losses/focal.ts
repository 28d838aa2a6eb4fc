import { customOp, tf } from "../../tensorflow/mod.ts";
import { readClassTargets } from "./class_targets.ts";
import { LOSS_OPTIONS, type LossDefinition, type LossOptions } from "./loss.ts";
import { sigmoid } from "./sigmoid.ts";
import { softplus } from "./softplus.ts";

/** Smallest sum of (1 − pₜ)^γ by which normalised focal loss divides (SMP's `eps`). */
const FACTOR_EPSILON = 1e-6;

/** Options of {@linkcode focalLoss}. */
export interface FocalLossOptions {
  /** Exponent γ, 0 or more. Default 2. */
  gamma?: number;
  /** Weight α of foreground, 0 to 1; background has 1 − α. Default: both have weight 1. */
  alpha?: number | null;
  /**
   * `mean` over all elements, or `normalized`: the sum divided by that of (1 − pₜ)^γ, which is treated as a constant
   * (Sofiiuk et al. 2019). This reshapes the gradient as focal loss does and keeps the scale of cross-entropy. Default
   * `mean`.
   */
  reduction?: "mean" | "normalized";
}

/**
 * Computes the focal loss (Lin et al. 2017): cross-entropy times (1 − pₜ)^γ, where pₜ is the predicted probability of
 * the true class, weighted by α on true foreground and by 1 − α on true background. With γ = 0 and no α it is binary cross-entropy.
 *
 * @param logits any shape
 * @param targets of the same shape, 0 or 1
 * @returns a scalar
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { bceLoss, focalLoss, tf } from "lib";
 *
 * const logits = tf.tensor1d([-2, 0, 3]), targets = tf.tensor1d([0, 1, 1]);
 * const focal = focalLoss(logits, targets, { gamma: 2, alpha: 0.25 }).dataSync()[0];
 * const bce = bceLoss(logits, targets).dataSync()[0];
 * assert.ok(focal < bce);
 * ```
 */
export function focalLoss(logits: tf.Tensor, targets: tf.Tensor, options: FocalLossOptions = {}): tf.Scalar {
  const { gamma: focalGamma = LOSS_OPTIONS.focalGamma, alpha: focalAlpha = null, reduction } = options;
  return computeFocal(logits, targets, tf.tensor1d(focalParameters({ focalGamma, focalAlpha })), reduction);
}

/**
 * Computes {@linkcode focalLoss} with parameters that a compiled step takes as an argument.
 *
 * @param parameters float32 `[3]`: γ, and the weights of foreground and background (1 and 1 without α)
 */
function computeFocal(
  logits: tf.Tensor,
  targets: tf.Tensor,
  parameters: tf.Tensor1D,
  reduction: FocalLossOptions["reduction"] = "mean",
): tf.Scalar {
  const [gamma, foreground, background] = tf.unstack(parameters);
  // With z = x on true foreground and −x elsewhere: 1 − pₜ = σ(−z), −log pₜ = softplus(−z).
  const signs = tf.sub(tf.mul(targets, 2), 1);
  const weights = tf.add(background, tf.mul(tf.sub(foreground, background), targets));
  return weightedFocal(
    logits,
    { signs, weights, gamma },
    (factor) => reduction === "normalized" ? tf.maximum(tf.sum(factor), FACTOR_EPSILON) : tf.scalar(logits.size),
  );
}

/**
 * Computes the focal loss of several classes (SMP's multiclass mode): the weighted mean over the classes of the binary
 * focal loss of a class against all others.
 *
 * @param targets class indices, `[batch, height, width, 1]`
 * @param parameters weight of each class, then γ, and the weights of the class and of the others
 */
function computeClassFocal(logits: tf.Tensor, targets: tf.Tensor, parameters: tf.Tensor1D): tf.Scalar {
  const { oneHot, valid, shares, others } = readClassTargets(targets, logits.shape.at(-1)!, parameters);
  const [gamma, foreground, background] = tf.unstack(others);
  const signs = tf.sub(tf.mul(oneHot, 2), 1);
  const weights = tf.mul(
    tf.mul(tf.add(background, tf.mul(tf.sub(foreground, background), oneHot)), shares),
    valid,
  );
  return weightedFocal(logits, { signs, weights, gamma }, () => tf.maximum(tf.sum(valid), 1));
}

/**
 * Computes the sum of the focal loss of each logit, times its weight, divided by a number that the gradient treats as a
 * constant.
 *
 * @param signs 1 for a logit whose target is 1, else −1
 * @param countLogits returns the number from the factors (1 − pₜ)^γ
 */
function weightedFocal(
  logits: tf.Tensor,
  { signs, weights, gamma }: { signs: tf.Tensor; weights: tf.Tensor; gamma: tf.Tensor },
  countLogits: (factor: tf.Tensor) => tf.Tensor,
): tf.Scalar {
  return customOp<tf.Scalar>({
    inputs: { logits },
    forward: (save) => {
      const against = tf.neg(tf.mul(signs, logits));
      const missing = sigmoid(against), entropy = softplus(against);
      const factor = tf.pow(missing, gamma);
      const scaled = tf.mul(weights, factor);
      const count = countLogits(factor);
      save([missing, entropy, scaled, signs, gamma, count]);
      return tf.div(tf.sum(tf.mul(scaled, entropy)), count) as tf.Scalar;
    },
    backward: (dy, [missing, entropy, scaled, signs, gamma, count]) => ({
      logits: () => {
        const reshaping = tf.mul(gamma, tf.mul(tf.sub(1, missing), entropy));
        return tf.mul(tf.mul(tf.neg(tf.mul(signs, scaled)), tf.add(reshaping, missing)), tf.div(dy, count));
      },
    }),
  });
}

function focalParameters({ focalGamma, focalAlpha }: Pick<LossOptions, "focalGamma" | "focalAlpha">): number[] {
  return [focalGamma, focalAlpha ?? 1, focalAlpha === null ? 1 : 1 - focalAlpha];
}

/** Focal loss. */
export const focal: LossDefinition = {
  label: "focal",
  source: "Lin et al. 2017",
  forms: {
    binary: { compute: computeFocal, parameters: focalParameters },
    classes: { compute: computeClassFocal, parameters: focalParameters },
  },
};

/** Focal loss with cross-entropy's scale. */
export const normalizedFocal: LossDefinition = {
  label: "normalised focal",
  source: "Sofiiuk et al. 2019",
  forms: {
    binary: {
      compute: (logits, targets, parameters) => computeFocal(logits, targets, parameters, "normalized"),
      parameters: focalParameters,
    },
  },
};
