import {
  customOp,
  executeOp,
  intAttribute,
  recordedOp,
  stringAttribute,
  tf,
  typeAttribute,
} from "../../tensorflow/mod.ts";

/**
 * Computes the maximum over windows of 3 × 3 at every second pixel, padded by one on each side, as in ResNets after the
 * first convolution.
 *
 * @param x `[batch, height, width, channels]`, not negative (it follows a ReLU), as it is padded with zeros
 * @returns `[batch, ⌈height / 2⌉, ⌈width / 2⌉, channels]`
 */
export function maxPool2d(x: tf.Tensor4D): tf.Tensor4D {
  return recordedOp("MaxPool2d", [x], {}, () => pool(x));
}

function pool(x: tf.Tensor4D): tf.Tensor4D {
  const padded = tf.pad4d(x, [[0, 0], [1, 1], [1, 1], [0, 0]]);
  const attributes = [
    typeAttribute("T", "float32"),
    intAttribute("ksize", [1, 3, 3, 1]),
    intAttribute("strides", [1, 2, 2, 1]),
    stringAttribute("padding", "VALID"),
    stringAttribute("data_format", "NHWC"),
  ];
  return customOp<tf.Tensor4D>({
    inputs: { padded },
    forward: (save) => {
      const y = executeOp("MaxPool", attributes, [padded], 1)[0] as tf.Tensor4D;
      save([padded, y]);
      return y;
    },
    backward: (dy, [padded, y]) => ({ padded: () => executeOp("MaxPoolGrad", attributes, [padded, y, dy], 1)[0] }),
  });
}
