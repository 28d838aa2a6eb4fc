import { customOp, tf } from "../../tensorflow/mod.ts";
import type { LossDefinition, LossOptions } from "./loss.ts";
import { softplus } from "./softplus.ts";

/** The least sum of (1 − pₜ)^γ that normalised focal loss divides by (SMP's `eps` there). */
const FACTOR_EPSILON = 1e-6;

/**
 * Focal loss (Lin et al. 2017): cross-entropy times (1 − pₜ)^γ, where pₜ is the probability of the truth,
 * weighted by α where the truth is foreground and 1 − α where it is background. With γ = 0 and no α it is
 * binary cross-entropy.
 *
 * @param logits any shape
 * @param targets of the same shape, 0 or 1
 * @param parameters float32 `[3]`: γ, and the weights of foreground and background (1 and 1 without α)
 * @param reduction `mean` over all elements, or `normalized`: the sum divided by that of (1 − pₜ)^γ, taken as a constant
 * (Sofiiuk et al. 2019), which reshapes the gradient as focal loss does and leaves it cross-entropy's scale
 */
export function focalLoss(
  logits: tf.Tensor,
  targets: tf.Tensor,
  parameters: tf.Tensor1D,
  reduction: "mean" | "normalized" = "mean",
): tf.Scalar {
  const [gamma, foreground, background] = tf.unstack(parameters);
  // With z = x where the truth is foreground and −x elsewhere: 1 − pₜ = σ(−z), −log pₜ = softplus(−z).
  const signs = tf.sub(tf.mul(targets, 2), 1);
  const weights = tf.add(background, tf.mul(tf.sub(foreground, background), targets));
  return customOp<tf.Scalar>({
    inputs: { logits },
    forward: (save) => {
      const against = tf.neg(tf.mul(signs, logits));
      const missing = tf.sigmoid(against), entropy = softplus(against);
      const factor = tf.pow(missing, gamma);
      const scaled = tf.mul(weights, factor);
      const count = reduction === "normalized" ? tf.maximum(tf.sum(factor), FACTOR_EPSILON) : tf.scalar(logits.size);
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

function focalParameters({ focalGamma, focalAlpha }: LossOptions): number[] {
  return [focalGamma, focalAlpha ?? 1, focalAlpha === null ? 1 : 1 - focalAlpha];
}

/** Focal loss. */
export const focal: LossDefinition = {
  label: "focal",
  source: "Lin et al. 2017",
  compute: focalLoss,
  parameters: focalParameters,
};

/** Focal loss with cross-entropy's scale. */
export const normalizedFocal: LossDefinition = {
  label: "normalised focal",
  source: "Sofiiuk et al. 2019",
  compute: (logits, targets, parameters) => focalLoss(logits, targets, parameters, "normalized"),
  parameters: focalParameters,
};
