import { currentDevice, customOp, type Device, executeOp, tf, typeAttribute } from "../../tensorflow/mod.ts";
import { divide, readClassTargets } from "./class_targets.ts";
import { fillClassWeights } from "./class_weights.ts";
import type { LossDefinition } from "./loss.ts";
import { classTversky } from "./tversky_classes.ts";

/** Options of {@linkcode crossEntropyLoss}. */
export interface CrossEntropyLossOptions {
  /** Weight of each class, 0 or more. Default: equal. */
  classWeights?: readonly number[];
}

/**
 * Computes the cross-entropy of the softmax of logits (PyTorch's `CrossEntropyLoss`): the mean of −log p of the true
 * class, weighted by class. Void pixels do not count.
 *
 * @param logits `[batch, height, width, classes]`
 * @param targets class indices; others than those of the logits are void, float32 `[batch, height, width, 1]`
 * @returns a scalar in nats
 * @throws {ConfigError} if there is not one weight for each class.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { tf } from "lib";
 * import { crossEntropyLoss } from "lib/train";
 *
 * const logits = tf.zeros([1, 1, 2, 3]), targets = tf.tensor4d([2, 255], [1, 1, 2, 1]);
 * const loss = crossEntropyLoss(logits, targets).dataSync()[0];
 * assert.ok(Math.abs(loss - Math.log(3)) < 1e-6);
 * ```
 */
export function crossEntropyLoss(
  logits: tf.Tensor,
  targets: tf.Tensor,
  { classWeights = [] }: CrossEntropyLossOptions = {},
): tf.Scalar {
  const classes = logits.shape.at(-1)!;
  return computeCrossEntropy(logits, targets, tf.tensor1d([...fillClassWeights(classWeights, classes)]));
}

/**
 * Computes the cross-entropy of each row of logits, and its gradient. On a GPU TensorFlow's op has no kernel that adds in a
 * fixed order, so that it would be refused where `TF_DETERMINISTIC_OPS` is set.
 *
 * @param logits `[pixels, classes]`
 * @param truth one-hot rows, or zeros for void, `[pixels, classes]`
 * @returns the entropies in nats, `[pixels]`, and the gradient by the logits, `[pixels, classes]`
 */
export function rowEntropies(logits: tf.Tensor2D, truth: tf.Tensor2D, device: Device): [tf.Tensor, tf.Tensor] {
  const attributes = [typeAttribute("T", "float32")];
  if (device === "CPU") {
    const [entropy, gradient] = executeOp("SoftmaxCrossEntropyWithLogits", attributes, [logits, truth], 2);
    return [entropy, gradient];
  }
  const [log] = executeOp("LogSoftmax", attributes, [logits], 1);
  return [tf.neg(tf.sum(tf.mul(truth, log), 1)), tf.sub(tf.exp(log), truth)];
}

/** Computes {@linkcode crossEntropyLoss} with weights that a compiled step takes as an argument. */
function computeCrossEntropy(logits: tf.Tensor, targets: tf.Tensor, parameters: tf.Tensor1D): tf.Scalar {
  const classes = logits.shape.at(-1)!, pixels = logits.size / classes;
  const { oneHot, weights } = readClassTargets(targets, classes, parameters);
  return customOp<tf.Scalar>({
    inputs: { logits },
    forward: (save) => {
      const truth = tf.reshape(oneHot, [pixels, classes]) as tf.Tensor2D;
      const rows = tf.reshape(logits, [pixels, classes]) as tf.Tensor2D;
      const [entropy, gradient] = rowEntropies(rows, truth, currentDevice());
      const each = tf.sum(tf.mul(truth, weights), 1, true);
      const shares = divide(each, tf.sum(each));
      save([gradient, shares]);
      return tf.sum(tf.mul(entropy, tf.reshape(shares, [pixels]))) as tf.Scalar;
    },
    backward: (dy, [gradient, shares]) => ({
      logits: () => tf.reshape(tf.mul(tf.mul(gradient, shares), dy), logits.shape),
    }),
  });
}

/** Cross-entropy of several classes. */
export const crossEntropy: LossDefinition = {
  label: "cross-entropy",
  source: "PyTorch's CrossEntropyLoss",
  forms: { classes: { compute: computeCrossEntropy } },
};

/** Cross-entropy and Dice loss of several classes, added. */
export const crossEntropyAndDice: LossDefinition = {
  label: "cross-entropy + Dice",
  source: "Isensee et al. 2021",
  forms: {
    classes: {
      compute: (logits, targets, parameters) =>
        tf.add(
          computeCrossEntropy(logits, targets, parameters),
          classTversky(logits, targets, parameters, [0.5, 0.5]),
        ),
    },
  },
};
