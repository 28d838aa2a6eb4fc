import { boolAttribute, executeOp, intAttribute, nativeOp, tf, typeAttribute } from "../runtime/mod.ts";

// Not a constant: asking for it opens TensorFlow.
const float = () => typeAttribute("T", "float32");

function softplus(x: tf.Tensor): tf.Tensor {
  return executeOp("Softplus", [float()], [x], 1)[0];
}

/**
 * Binary cross-entropy of logits, averaged over all elements (PyTorch's `BCEWithLogitsLoss`),
 * computed as softplus(x) − x·y, which no logit overflows.
 *
 * @param logits any shape
 * @param targets probabilities of the same shape, usually 0 or 1
 * @returns a scalar in nats
 */
export function bceWithLogits(logits: tf.Tensor, targets: tf.Tensor): tf.Scalar {
  return nativeOp<tf.Scalar>({
    inputs: { logits },
    forward: (save) => {
      save([logits, targets]);
      return tf.mean(tf.sub(softplus(logits), tf.mul(logits, targets))) as tf.Scalar;
    },
    backward: (dy, [logits, targets]) => ({
      logits: () => tf.mul(tf.sub(tf.sigmoid(logits), targets), tf.div(dy, logits.size)),
    }),
  });
}

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
 * @param reduction `mean` over all elements, `sum`, or `normalized`: the sum over that of (1 − pₜ)^γ, taken as a constant
 * (Sofiiuk et al. 2019), which reshapes the gradient as focal loss does and leaves it cross-entropy's scale
 */
export function focalWithLogits(
  logits: tf.Tensor,
  targets: tf.Tensor,
  parameters: tf.Tensor1D,
  reduction: "mean" | "sum" | "normalized" = "mean",
): tf.Scalar {
  const [gamma, foreground, background] = tf.unstack(parameters);
  // With z = x where the truth is foreground and −x elsewhere: 1 − pₜ = σ(−z), −log pₜ = softplus(−z).
  const signs = tf.sub(tf.mul(targets, 2), 1);
  const weights = tf.add(background, tf.mul(tf.sub(foreground, background), targets));
  return nativeOp<tf.Scalar>({
    inputs: { logits },
    forward: (save) => {
      const against = tf.neg(tf.mul(signs, logits));
      const missing = tf.sigmoid(against), entropy = softplus(against);
      const factor = tf.pow(missing, gamma);
      const scaled = tf.mul(weights, factor);
      const count = reduction === "normalized"
        ? tf.maximum(tf.sum(factor), FACTOR_EPSILON)
        : tf.scalar(reduction === "mean" ? logits.size : 1);
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
export function tverskyWithLogits(logits: tf.Tensor, targets: tf.Tensor, parameters: tf.Tensor1D): tf.Scalar {
  const [alpha, beta] = tf.unstack(parameters);
  const total = tf.sum(targets);
  const defined = tf.cast(tf.greater(total, 0), "float32");
  return nativeOp<tf.Scalar>({
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

/** Dice loss (Milletari et al. 2016): {@linkcode tverskyWithLogits} with α = β = ½. */
export function diceWithLogits(logits: tf.Tensor, targets: tf.Tensor): tf.Scalar {
  return tverskyWithLogits(logits, targets, tf.tensor1d([0.5, 0.5]));
}

/**
 * Lovász hinge (Berman et al. 2018): the convex surrogate of 1 − IoU, the whole batch as one image.
 *
 * @param logits any shape
 * @param targets of the same shape, 0 or 1
 */
export function lovaszHinge(logits: tf.Tensor, targets: tf.Tensor): tf.Scalar {
  const count = logits.size;
  const signs = tf.reshape(tf.sub(tf.mul(targets, 2), 1), [count]) as tf.Tensor1D;
  const labels = tf.reshape(targets, [count]) as tf.Tensor1D;
  const cumulated = (x: tf.Tensor) =>
    executeOp(
      "Cumsum",
      [
        boolAttribute("exclusive", false),
        boolAttribute("reverse", false),
        float(),
        typeAttribute("Tidx", "int32"),
      ],
      [x, tf.scalar(0, "int32")],
      1,
    )[0];
  return nativeOp<tf.Scalar>({
    inputs: { logits },
    forward: (save) => {
      const errors = tf.sub(1, tf.mul(tf.reshape(logits, [count]), signs));
      const [sorted, order] = executeOp(
        "TopKV2",
        [boolAttribute("sorted", true), float()],
        [errors, tf.scalar(count, "int32")],
        2,
      );
      // tfjs's own reads the positions, which a compiled step cannot.
      const [truth] = executeOp(
        "GatherV2",
        [
          intAttribute("batch_dims", 0),
          typeAttribute("Tparams", "float32"),
          typeAttribute("Tindices", "int32"),
          typeAttribute("Taxis", "int32"),
        ],
        [labels, order, tf.scalar(0, "int32")],
        1,
      );
      const total = tf.sum(truth);
      const missed = tf.sub(total, cumulated(truth));
      const union = tf.add(total, cumulated(tf.sub(1, truth)));
      const jaccard = tf.sub(1, tf.div(missed, union)) as tf.Tensor1D;
      const before = tf.concat([tf.zeros([1]), tf.slice(jaccard, [0], [count - 1])]);
      const weights = tf.sub(jaccard, before);
      save([sorted, order, weights, signs]);
      return tf.sum(tf.mul(tf.relu(sorted), weights)) as tf.Scalar;
    },
    backward: (dy, [sorted, order, weights, signs]) => ({
      logits: () => {
        const active = tf.mul(weights, tf.cast(tf.greater(sorted, 0), "float32"));
        const scattered = tf.scatterND(tf.expandDims(order, 1) as tf.Tensor2D, active, [count]);
        return tf.reshape(tf.mul(tf.mul(scattered, signs), tf.neg(dy)), logits.shape);
      },
    }),
  });
}

/** Losses that a configuration can name. */
export const LOSSES = ["bce", "focal", "normalized-focal", "dice", "bce+dice", "tversky", "lovasz"] as const;
/** A loss's name. */
export type LossName = typeof LOSSES[number];

/** Numbers that shape a loss. */
export interface LossOptions {
  /** γ of the focal loss. */
  focalGamma: number;
  /** α of the focal loss, the weight of foreground against 1 − α; `null` weights nothing. */
  focalAlpha: number | null;
  /** Weights of false positives and false negatives in the Tversky loss. */
  tverskyAlpha: number;
  tverskyBeta: number;
}

/** Defaults: SMP's. */
export const LOSS_OPTIONS: LossOptions = { focalGamma: 2, focalAlpha: null, tverskyAlpha: 0.5, tverskyBeta: 0.5 };

/**
 * A loss's numbers as a tensor, which a compiled step takes as an argument: steps with other numbers
 * need no other trace.
 */
export function lossParameters(name: LossName, options: Partial<LossOptions> = {}): tf.Tensor1D {
  const { focalGamma, focalAlpha, tverskyAlpha, tverskyBeta } = { ...LOSS_OPTIONS, ...options };
  if (name === "focal" || name === "normalized-focal") {
    return tf.tensor1d([focalGamma, focalAlpha ?? 1, focalAlpha === null ? 1 : 1 - focalAlpha]);
  }
  return tf.tensor1d(name === "tversky" ? [tverskyAlpha, tverskyBeta] : [0]);
}

/** A loss of logits and targets of the same shape, with its numbers from {@linkcode lossParameters}. */
export type Loss = (logits: tf.Tensor, targets: tf.Tensor, parameters: tf.Tensor1D) => tf.Scalar;

/** The loss of that name. */
export function lossOf(name: LossName): Loss {
  switch (name) {
    case "bce":
      return bceWithLogits;
    case "focal":
      return focalWithLogits;
    case "normalized-focal":
      return (logits, targets, parameters) => focalWithLogits(logits, targets, parameters, "normalized");
    case "dice":
      return diceWithLogits;
    case "bce+dice":
      return (logits, targets) => tf.add(bceWithLogits(logits, targets), diceWithLogits(logits, targets));
    case "tversky":
      return tverskyWithLogits;
    case "lovasz":
      return lovaszHinge;
  }
}
