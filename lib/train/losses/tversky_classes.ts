import { tf } from "../../tensorflow/mod.ts";
import { readClassTargets, sumPixels } from "./class_targets.ts";
import { softmaxLoss } from "./softmax_loss.ts";

/** Smallest denominator (SMP's `eps`). */
const EPSILON = 1e-7;

/**
 * Computes the Tversky loss of several classes (SMP's multiclass mode): the weighted mean over the classes of
 * 1 − TP / (TP + α·FP + β·FN), with the whole batch as one image. A class without true pixels counts with a loss of 0.
 *
 * @param logits `[batch, height, width, classes]`
 * @param targets class indices, `[batch, height, width, 1]`
 * @param parameters weight of each class, then α and β unless they are given
 * @param given α and β
 */
export function classTversky(
  logits: tf.Tensor,
  targets: tf.Tensor,
  parameters: tf.Tensor1D,
  given?: readonly [alpha: number, beta: number],
): tf.Scalar {
  const { oneHot, valid, shares, others } = readClassTargets(targets, logits.shape.at(-1)!, parameters);
  const [alpha, beta] = given ? given.map((value) => tf.scalar(value)) : tf.unstack(others);
  const total = sumPixels(oneHot);
  const counted = tf.mul(shares, tf.cast(tf.greater(total, 0), "float32"));
  return softmaxLoss(logits, (probabilities) => {
    const hit = sumPixels(tf.mul(probabilities, oneHot));
    const wrong = tf.add(
      tf.mul(alpha, tf.sub(sumPixels(tf.mul(probabilities, valid)), hit)),
      tf.mul(beta, tf.sub(total, hit)),
    );
    const all = tf.maximum(tf.add(hit, wrong), EPSILON);
    // The weights in the denominator: 1 − β on the true class, α on the others.
    const slope = tf.add(alpha, tf.mul(oneHot, tf.sub(tf.sub(1, beta), alpha)));
    const scoreGradient = tf.div(tf.sub(tf.mul(oneHot, all), tf.mul(hit, slope)), tf.square(all));
    return {
      value: tf.sum(tf.mul(counted, tf.sub(1, tf.div(hit, all)))) as tf.Scalar,
      gradient: tf.mul(tf.mul(scoreGradient, valid), tf.neg(counted)),
    };
  });
}
