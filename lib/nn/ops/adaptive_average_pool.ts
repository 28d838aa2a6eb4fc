import { customOp, isHalf, recordedOp, tf, toHalf } from "../../tensorflow/mod.ts";
import { averageMatrix } from "./resize_matrix.ts";

function binMatrix(bins: number, length: number): tf.Tensor2D {
  return tf.tensor2d(averageMatrix(length, bins).values, [bins, length]);
}

/**
 * Averages over a grid of bins × bins areas that cover the map, as PyTorch's `AdaptiveAvgPool2d`.
 *
 * @param x `[batch, height, width, channels]`
 * @returns `[batch, bins, bins, channels]`
 */
export function adaptiveAveragePool(x: tf.Tensor4D, bins: number): tf.Tensor4D {
  return recordedOp("AdaptiveAveragePool", [x], { bins }, () => average(x, bins));
}

function average(x: tf.Tensor4D, bins: number): tf.Tensor4D {
  const [batch, height, width, channels] = x.shape;
  if (bins === 1) {
    const half = isHalf(x);
    return customOp<tf.Tensor4D>({
      inputs: { x },
      forward: () => tf.mean(x, [1, 2], true) as tf.Tensor4D,
      backward: (dy) => ({ x: () => tf.tile(toHalf(tf.div(dy, height * width), half), [1, height, width, 1]) }),
    });
  }
  // Rows, then columns: two small matrix products per image.
  const rows = tf.matMul(
    tf.tile(tf.expandDims(binMatrix(bins, height), 0), [batch, 1, 1]),
    tf.reshape(x, [batch, height, width * channels]),
  );
  const columns = tf.matMul(
    tf.tile(tf.expandDims(binMatrix(bins, width), 0), [batch * bins, 1, 1]),
    tf.reshape(rows, [batch * bins, width, channels]),
  );
  return tf.reshape(columns, [batch, bins, bins, channels]) as tf.Tensor4D;
}
