import {
  customOp,
  executeOp,
  intAttribute,
  recordedOp,
  stringAttribute,
  tf,
  typeAttribute,
} from "../../tensorflow/mod.ts";
import { type ConvolutionOptions, convolvedShape, type Padding, paddingSides } from "./conv2d.ts";
import { joinPixels, separatePixels, wholeMargins } from "./separate_pixels.ts";
import { isWide, wideDilation } from "./wide_dilation.ts";

function undilated(x: tf.Tensor4D, kernel: tf.Tensor4D, stride: number, padding: Padding): tf.Tensor4D {
  const [before, after] = paddingSides(padding);
  const none = before === 0 && after === 0;
  const same = stride === 1 && before === after && 2 * before === kernel.shape[0] - 1;
  const attributes = [
    typeAttribute("T", "float32"),
    intAttribute("strides", [1, stride, stride, 1]),
    stringAttribute("data_format", "NHWC"),
    stringAttribute("padding", none ? "VALID" : same ? "SAME" : "EXPLICIT"),
  ];
  if (!none && !same) {
    attributes.push(intAttribute("explicit_paddings", [0, 0, before, after, before, after, 0, 0]));
  }
  return customOp<tf.Tensor4D>({
    inputs: { x, kernel },
    forward: (save) => {
      save([x, kernel]);
      return executeOp("DepthwiseConv2dNative", attributes, [x, kernel], 1)[0] as tf.Tensor4D;
    },
    backward: (dy, [x, kernel]) => ({
      x: () =>
        executeOp("DepthwiseConv2dNativeBackpropInput", attributes, [tf.tensor1d(x.shape, "int32"), kernel, dy], 1)[0],
      kernel: () =>
        executeOp("DepthwiseConv2dNativeBackpropFilter", attributes, [x, tf.tensor1d(kernel.shape, "int32"), dy], 1)[0],
    }),
  });
}

/**
 * Computes a depthwise convolution, differentiable at every stride and dilation.
 *
 * @param x `[batch, height, width, channels]`
 * @param kernel `[side, side, 1, channels]`, the stored layout of PyTorch's `[channels, 1, side, side]`
 * @returns `[batch, outHeight, outWidth, channels]`
 */
export function depthwiseConv2d(x: tf.Tensor4D, kernel: tf.Tensor4D, options: ConvolutionOptions = {}): tf.Tensor4D {
  const { stride = 1, dilation = 1, padding = 0 } = options;
  const walk = { stride, dilation, padding: paddingSides(padding) };
  const shape = () => convolvedShape(x.shape, kernel.shape, x.shape[3], walk);
  return recordedOp(
    "DepthwiseConvolution",
    [x, kernel],
    walk,
    () => compute(x, kernel, stride, dilation, padding),
    shape,
  );
}

function compute(
  x: tf.Tensor4D,
  kernel: tf.Tensor4D,
  stride: number,
  dilation: number,
  padding: Padding,
): tf.Tensor4D {
  const [side, , , channels] = kernel.shape;
  // In memory the two layouts are the same.
  const taps = tf.reshape(kernel, [side, side, channels, 1]) as tf.Tensor4D;
  if (dilation === 1) return undilated(x, taps, stride, padding);
  const [, height, width] = x.shape;
  const reach = (side - 1) / 2;
  if (stride !== 1 || paddingSides(padding).some((margin) => margin !== dilation * reach)) {
    throw new RangeError("A dilated depthwise convolution has stride 1 and a padding that keeps the map's size");
  }
  if (dilation >= height && dilation >= width) {
    // The outer taps meet only padding.
    return tf.mul(x, tf.reshape(tf.slice(kernel, [reach, reach, 0, 0], [1, 1, 1, channels]), [channels]));
  }
  if (side === 3 && isWide(height, width, dilation)) return wideDilation(x, kernel, dilation, true);
  // TensorFlow's depthwise kernels do not support dilation: every dilation-th pixel becomes a map of its own.
  const margins = wholeMargins(x.shape, dilation);
  return joinPixels(undilated(separatePixels(x, dilation, margins), taps, 1, reach), dilation, margins);
}
