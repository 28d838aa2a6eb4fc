import { customOp, executeOp, tf, typeAttribute } from "../../tensorflow/mod.ts";
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

/** Computes {@linkcode crossEntropyLoss} with weights that a compiled step takes as an argument. */
function computeCrossEntropy(logits: tf.Tensor, targets: tf.Tensor, parameters: tf.Tensor1D): tf.Scalar {
  const classes = logits.shape.at(-1)!, pixels = logits.size / classes;
  const { oneHot, weights } = readClassTargets(targets, classes, parameters);
  return customOp<tf.Scalar>({
    inputs: { logits },
    forward: (save) => {
      const truth = tf.reshape(oneHot, [pixels, classes]);
      const [entropy, gradient] = executeOp("SoftmaxCrossEntropyWithLogits", [typeAttribute("T", "float32")], [
        tf.reshape(logits, [pixels, classes]),
        truth,
      ], 2);
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
