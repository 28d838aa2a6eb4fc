import { nativeOp, randomUniform, tf } from "../../runtime/mod.ts";
import { hashText } from "../weights.ts";

/**
 * Sets a share of the elements to zero and scales the others up, so that the mean stays (Srivastava
 * et al. 2014).
 *
 * @param rate the share, 0 to 1
 * @param seed two int32 numbers, others in every step
 * @param layer tells layers with the same seed apart
 * @param wholeChannels whether a channel of an image is kept or dropped as a whole
 */
export function dropout(
  x: tf.Tensor4D,
  rate: number,
  seed: tf.Tensor1D,
  layer: string,
  wholeChannels = false,
): tf.Tensor4D {
  const [batch, height, width, channels] = x.shape;
  const shape = wholeChannels ? [batch, 1, 1, channels] : [batch, height, width, channels];
  const stream = tf.add(seed, tf.tensor1d([0, hashText(layer) >> 1], "int32")) as tf.Tensor1D;
  const kept = tf.mul(tf.cast(tf.greaterEqual(randomUniform(shape, stream), rate), "float32"), 1 / (1 - rate));
  return nativeOp<tf.Tensor4D>({
    inputs: { x },
    forward: (save) => {
      save([kept]);
      return tf.mul(x, kept);
    },
    backward: (dy, [kept]) => ({ x: () => tf.mul(dy, kept) }),
  });
}
