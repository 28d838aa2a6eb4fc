import { boolAttribute, customOp, executeOp, intAttribute, tf, typeAttribute } from "../../tensorflow/mod.ts";
import { divide, readClassTargets } from "./class_targets.ts";
import type { LossDefinition } from "./loss.ts";
import { softmaxLoss } from "./softmax_loss.ts";

/** Computes the running sums of a vector. */
function cumulated(x: tf.Tensor): tf.Tensor {
  return executeOp(
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
}

/**
 * Sorts errors, largest first, and computes the weight of each in the Lovász extension of 1 − IoU (Berman et al. 2018,
 * algorithm 1).
 *
 * @param errors `[count]`
 * @param labels 1 for foreground, else 0, `[count]`
 */
function sortErrors(errors: tf.Tensor, labels: tf.Tensor, count: number) {
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
  return { sorted, order, weights: tf.sub(jaccard, before) };
}

/** Returns values to the places from which {@linkcode sortErrors} took them. */
function unsort(values: tf.Tensor, order: tf.Tensor, count: number): tf.Tensor {
  return tf.scatterND(tf.expandDims(order, 1) as tf.Tensor2D, values, [count]);
}

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
  return customOp<tf.Scalar>({
    inputs: { logits },
    forward: (save) => {
      const errors = tf.sub(1, tf.mul(tf.reshape(logits, [count]), signs));
      const { sorted, order, weights } = sortErrors(errors, labels, count);
      save([sorted, order, weights, signs]);
      return tf.sum(tf.mul(tf.relu(sorted), weights)) as tf.Scalar;
    },
    backward: (dy, [sorted, order, weights, signs]) => ({
      logits: () => {
        const active = tf.mul(weights, tf.cast(tf.greater(sorted, 0), "float32"));
        return tf.reshape(tf.mul(tf.mul(unsort(active, order, count), signs), tf.neg(dy)), logits.shape);
      },
    }),
  });
}

/**
 * Computes the Lovász-softmax loss (Berman et al. 2018; SMP's multiclass mode): the weighted mean over the classes with
 * true pixels, with the whole batch as one image.
 *
 * @param logits `[batch, height, width, classes]`
 * @param targets class indices, `[batch, height, width, 1]`
 * @param parameters weight of each class
 */
function lovaszSoftmax(logits: tf.Tensor, targets: tf.Tensor, parameters: tf.Tensor1D): tf.Scalar {
  const classes = logits.shape.at(-1)!, count = logits.size / classes;
  const { oneHot, valid, weights: classWeights } = readClassTargets(targets, classes, parameters);
  const byClass = (x: tf.Tensor) => tf.unstack(tf.reshape(x, [count, classes]), 1);
  const truth = byClass(oneHot), counts = tf.reshape(valid, [count]);
  const present = tf.mul(
    classWeights,
    tf.cast(tf.greater(tf.sum(tf.reshape(oneHot, [count, classes]), 0), 0), "float32"),
  );
  const shares = tf.unstack(divide(present, tf.sum(present)));
  return softmaxLoss(logits, (probabilities) => {
    const losses = byClass(probabilities).map((found, c) => {
      const difference = tf.mul(tf.sub(found, truth[c]), counts);
      // An error of 0, as of void pixels, counts nothing wherever it is sorted.
      const { sorted, order, weights } = sortErrors(tf.abs(difference), truth[c], count);
      return {
        value: tf.mul(tf.sum(tf.mul(sorted, weights)), shares[c]),
        gradient: tf.mul(tf.mul(unsort(weights, order, count), tf.sign(difference)), shares[c]),
      };
    });
    return {
      value: tf.addN(losses.map(({ value }) => value)) as tf.Scalar,
      gradient: tf.reshape(tf.stack(losses.map(({ gradient }) => gradient), 1), logits.shape),
    };
  });
}

/** Lovász hinge; of several classes, Lovász-softmax. */
export const lovasz: LossDefinition = {
  label: "Lovász hinge",
  source: "Berman et al. 2018",
  forms: { binary: { compute: lovaszLoss }, classes: { compute: lovaszSoftmax } },
};
