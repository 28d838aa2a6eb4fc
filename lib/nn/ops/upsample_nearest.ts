import {
  boolAttribute,
  customOp,
  executeOp,
  intAttribute,
  recordedOp,
  stringAttribute,
  tf,
  typeAttribute,
} from "../../tensorflow/mod.ts";
import { type MapSize, recordedSize, sidesFor } from "./map_size.ts";

/**
 * Resizes by nearest neighbour, as PyTorch's `interpolate(mode="nearest")`: the pixel at `i` is the one at ⌊i · in /
 * out⌋.
 *
 * @param x `[batch, height, width, channels]`
 */
export function upsampleNearest(x: tf.Tensor4D, size: MapSize): tf.Tensor4D {
  const { tensors, attributes } = recordedSize(size);
  return recordedOp("ResizeNearest", [x, ...tensors], attributes, () => resize(x, sidesFor(x, size)));
}

function resize(x: tf.Tensor4D, size: readonly [height: number, width: number]): tf.Tensor4D {
  const [batch, height, width, channels] = x.shape;
  if (height === size[0] && width === size[1]) return x;
  const doubles = size[0] === 2 * height && size[1] === 2 * width;
  const attributes = [
    typeAttribute("T", "float32"),
    boolAttribute("align_corners", false),
    boolAttribute("half_pixel_centers", false),
  ];
  return customOp<tf.Tensor4D>({
    inputs: { x },
    forward: () => {
      if (doubles) {
        // On a GPU TensorFlow's resize is not deterministic: repeat each pixel instead.
        const repeated = tf.reshape(x, [batch, height, 1, width, channels]).tile([1, 1, 2, 1, 2]);
        return repeated.reshape([batch, size[0], size[1], channels]) as tf.Tensor4D;
      }
      return executeOp("ResizeNearestNeighbor", attributes, [x, tf.tensor1d([...size], "int32")], 1)[0] as tf.Tensor4D;
    },
    backward: (dy) => ({
      x: () => {
        if (doubles) {
          // The sum over 2 × 2 pixels: TensorFlow's pooling is 20 times as fast as its reduction.
          const pool = [
            attributes[0],
            intAttribute("ksize", [1, 2, 2, 1]),
            intAttribute("strides", [1, 2, 2, 1]),
            stringAttribute("padding", "VALID"),
            stringAttribute("data_format", "NHWC"),
          ];
          return tf.mul(executeOp("AvgPool", pool, [dy], 1)[0], 4);
        }
        const inputSize = tf.tensor1d([height, width], "int32");
        return executeOp("ResizeNearestNeighborGrad", attributes, [dy, inputSize], 1)[0];
      },
    }),
  });
}
