import { boolAttribute, customOp, executeOp, intAttribute, tf, typeAttribute } from "../../tensorflow/mod.ts";
import type { LossDefinition } from "./loss.ts";

/**
 * Computes the Lovász hinge (Berman et al. 2018), the convex surrogate of 1 − IoU, with the whole batch as one image.
 *
 * @param logits any shape
 * @param targets of the same shape, 0 or 1
 * @returns a scalar, 0 or more
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { lovaszLoss, tf } from "lib";
 *
 * const targets = tf.tensor1d([0, 1, 1]);
 * assert.equal(lovaszLoss(tf.tensor1d([-2, 2, 2]), targets).dataSync()[0], 0);
 * assert.ok(lovaszLoss(tf.tensor1d([2, -2, -2]), targets).dataSync()[0] > 1);
 * ```
 */
export function lovaszLoss(logits: tf.Tensor, targets: tf.Tensor): tf.Scalar {
  const count = logits.size;
  const signs = tf.reshape(tf.sub(tf.mul(targets, 2), 1), [count]) as tf.Tensor1D;
  const labels = tf.reshape(targets, [count]) as tf.Tensor1D;
  const cumulated = (x: tf.Tensor) =>
    executeOp(
      "Cumsum",
      [
        boolAttribute("exclusive", false),
        boolAttribute("reverse", false),
        typeAttribute("T", "float32"),
        typeAttribute("Tidx", "int32"),
      ],
      [x, tf.scalar(0, "int32")],
      1,
    )[0];
  return customOp<tf.Scalar>({
    inputs: { logits },
    forward: (save) => {
      const errors = tf.sub(1, tf.mul(tf.reshape(logits, [count]), signs));
      const [sorted, order] = executeOp(
        "TopKV2",
        [boolAttribute("sorted", true), typeAttribute("T", "float32")],
        [errors, tf.scalar(count, "int32")],
        2,
      );
      // The gradient of tfjs reads the positions, which a compiled step cannot.
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

/** Lovász hinge. */
export const lovasz: LossDefinition = { label: "Lovász hinge", source: "Berman et al. 2018", compute: lovaszLoss };
