import {
  type Attribute,
  executeOp,
  intAttribute,
  nativeOp,
  stringAttribute,
  tf,
  typeAttribute,
} from "../../runtime/mod.ts";
import { isWide, wideDilation } from "./wide_dilation.ts";

/** How a convolution walks over its input. */
export interface ConvolutionOptions {
  /** Step in both directions. Default 1. */
  stride?: number;
  /** Distance between the kernel's taps (atrous rate). Default 1. */
  dilation?: number;
  /** Zeros added on each of the four sides, as in PyTorch. Default 0. */
  padding?: number;
}

function attributesOf(stride: number, dilation: number, padding: "SAME" | "VALID"): Attribute[] {
  return [
    typeAttribute("T", "float32"),
    intAttribute("strides", [1, stride, stride, 1]),
    intAttribute("dilations", [1, dilation, dilation, 1]),
    stringAttribute("data_format", "NHWC"),
    stringAttribute("padding", padding),
  ];
}

function convolve(x: tf.Tensor4D, kernel: tf.Tensor4D, attributes: Attribute[]): tf.Tensor4D {
  return nativeOp<tf.Tensor4D>({
    inputs: { x, kernel },
    forward: (save) => {
      save([x, kernel]);
      return executeOp("Conv2D", attributes, [x, kernel], 1)[0] as tf.Tensor4D;
    },
    backward: (dy, [x, kernel]) => ({
      x: () => executeOp("Conv2DBackpropInput", attributes, [tf.tensor1d(x.shape, "int32"), kernel, dy], 1)[0],
      kernel: () => executeOp("Conv2DBackpropFilter", attributes, [x, tf.tensor1d(kernel.shape, "int32"), dy], 1)[0],
    }),
  });
}

/**
 * Two-dimensional convolution with symmetric padding (PyTorch's `conv2d`), differentiable at every
 * stride and dilation.
 *
 * @param x `[batch, height, width, inChannels]`
 * @param kernel `[side, side, inChannels, outChannels]`
 * @returns `[batch, outHeight, outWidth, outChannels]`
 */
export function conv2d(x: tf.Tensor4D, kernel: tf.Tensor4D, options: ConvolutionOptions = {}): tf.Tensor4D {
  const { stride = 1, dilation = 1, padding = 0 } = options;
  const [, height, width] = x.shape;
  const [side, , inChannels, outChannels] = kernel.shape;
  if (side === 3 && stride === 1 && padding === dilation && dilation >= Math.max(height, width)) {
    // The outer taps see nothing but padding: only the centre is left.
    const centre = tf.slice(kernel, [1, 1, 0, 0], [1, 1, inChannels, outChannels]);
    return convolve(x, centre, attributesOf(1, 1, "VALID"));
  }
  if (side === 3 && stride === 1 && padding === dilation && isWide(height, width, dilation)) {
    return wideDilation(x, kernel, dilation);
  }
  if (padding === 0) return convolve(x, kernel, attributesOf(stride, dilation, "VALID"));
  // Where TensorFlow's SAME pads as PyTorch does, nothing needs to be padded beforehand.
  const same = stride === 1 && 2 * padding === dilation * (side - 1);
  if (same) return convolve(x, kernel, attributesOf(stride, dilation, "SAME"));
  // TensorFlow's own EXPLICIT padding has a slow gradient: it bypasses oneDNN.
  const margin: [number, number] = [padding, padding];
  return convolve(tf.pad4d(x, [[0, 0], margin, margin, [0, 0]]), kernel, attributesOf(stride, dilation, "VALID"));
}
