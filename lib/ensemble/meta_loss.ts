import { VOID_CLASS } from "../images/image.ts";
import { tf } from "../tensorflow/mod.ts";
import { bceLoss } from "../train/losses/bce.ts";
import { crossEntropyLoss } from "../train/losses/cross_entropy.ts";
import { type EnsembleImage, imageTask } from "./ensemble_image.ts";

/** Computes the loss of a meta-model's logits against {@linkcode metaTargets}. */
type MetaLoss = (logits: tf.Tensor, targets: tf.Tensor) => tf.Scalar;

const targetsByImage = new WeakMap<EnsembleImage, Uint8Array>();

/**
 * Returns the targets of a meta-model: 1 for foreground and 0 for background, or class indices; `VOID_CLASS` for void.
 *
 * @returns `[height, width]`, the same array for the same image
 */
export function metaTargets(image: EnsembleImage): Uint8Array {
  let targets = targetsByImage.get(image);
  if (!targets) {
    const { truth, voidPixels } = image, { hasThreshold } = imageTask(image);
    targets = Uint8Array.from(truth, (value, i) => {
      if (voidPixels?.[i]) return VOID_CLASS;
      return hasThreshold ? Number(value > 0) : value;
    });
    targetsByImage.set(image, targets);
  }
  return targets;
}

/** Computes the binary cross-entropy of the pixels that are not void, but for a constant. */
function bceWithoutVoid(logits: tf.Tensor, targets: tf.Tensor): tf.Scalar {
  const valid = tf.cast(tf.less(targets, VOID_CLASS), "float32");
  // A void pixel has the logit 0: it adds ln 2, and no gradient.
  const loss = bceLoss(tf.mul(logits, valid), tf.mul(targets, valid));
  return tf.mul(loss, tf.div(logits.size, tf.maximum(tf.sum(valid), 1)));
}

/** Returns the loss for a meta-model of these images. */
export function metaLoss(images: readonly EnsembleImage[]): MetaLoss {
  if (!imageTask(images[0]).hasThreshold) return crossEntropyLoss;
  return images.some(({ voidPixels }) => voidPixels) ? bceWithoutVoid : bceLoss;
}
