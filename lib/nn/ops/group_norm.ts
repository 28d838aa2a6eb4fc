import { customOp, recordedOp, tf } from "../../tensorflow/mod.ts";

/** Options of {@linkcode groupNorm}. */
export interface GroupNormOptions {
  /** Number of groups; the channels are divisible by it. */
  groups: number;
  /** Added to the variance. */
  epsilon: number;
}

/**
 * Computes group normalisation (Wu & He 2018): each group of neighbouring channels of an image gets mean 0 and variance
 * 1, independent of the batch.
 *
 * @param x `[batch, height, width, channels]`
 * @param scale `[channels]`
 * @param offset `[channels]`
 * @returns a tensor of the shape of `x`
 */
export function groupNorm(
  x: tf.Tensor4D,
  scale: tf.Tensor1D,
  offset: tf.Tensor1D,
  options: GroupNormOptions,
): tf.Tensor4D {
  return recordedOp("GroupNorm", [x, scale, offset], { ...options }, () => normalize(x, scale, offset, options));
}

function normalize(
  x: tf.Tensor4D,
  scale: tf.Tensor1D,
  offset: tf.Tensor1D,
  { groups, epsilon }: GroupNormOptions,
): tf.Tensor4D {
  const { shape } = x;
  const [batch, height, width, channels] = shape;
  const inGroup = channels / groups;
  const flat = (map: tf.Tensor) => tf.reshape(map, [batch, height * width, channels]);
  // Pixels first, then the few channels of a group: TensorFlow has fast kernels for both reductions.
  const groupMean = (map: tf.Tensor) => {
    const perGroup = tf.mean(tf.reshape(tf.mean(map, 1), [batch, groups, inGroup]), 2, true);
    return tf.reshape(tf.tile(perGroup, [1, 1, inGroup]), [batch, 1, channels]);
  };
  return customOp<tf.Tensor4D>({
    inputs: { x, scale, offset },
    forward: (save) => {
      const centred = tf.sub(flat(x), groupMean(flat(x)));
      const inverse = tf.rsqrt(tf.add(groupMean(tf.square(centred)), epsilon));
      const y = tf.add(tf.mul(centred, tf.mul(inverse, scale)), offset);
      save([x, scale, inverse]);
      return tf.reshape(y, shape);
    },
    backward: (dy, saved) => {
      const [x, scale, inverse] = saved;
      const normalized = tf.mul(tf.sub(flat(x), groupMean(flat(x))), inverse);
      return {
        x: () => {
          const scaled = tf.mul(flat(dy), scale);
          const along = tf.mul(normalized, groupMean(tf.mul(scaled, normalized)));
          return tf.reshape(tf.mul(tf.sub(tf.sub(scaled, groupMean(scaled)), along), inverse), shape);
        },
        scale: () => tf.sum(tf.mul(flat(dy), normalized), [0, 1]),
        offset: () => tf.sum(dy, [0, 1, 2]),
      };
    },
  });
}
