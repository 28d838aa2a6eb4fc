import { customOp, executeOp, stringAttribute, tf, typeAttribute } from "../../tensorflow/mod.ts";

/**
 * Adds one number per channel. TensorFlow fuses it with the convolution before it if possible.
 *
 * @param x `[batch, height, width, channels]`
 * @param bias `[channels]`
 */
export function biasAdd(x: tf.Tensor4D, bias: tf.Tensor1D): tf.Tensor4D {
  const attributes = [typeAttribute("T", "float32"), stringAttribute("data_format", "NHWC")];
  return customOp<tf.Tensor4D>({
    inputs: { x, bias },
    forward: () => executeOp("BiasAdd", attributes, [x, bias], 1)[0] as tf.Tensor4D,
    backward: (dy) => ({
      x: () => dy,
      // Not BiasAddGrad: its sums depend on how the work is divided between threads. Axis by axis, a sum has few terms: one
      // sum over all pixels of three channels is 50 times less accurate.
      bias: () => tf.sum(tf.sum(tf.sum(dy, 2), 1), 0),
    }),
  });
}
