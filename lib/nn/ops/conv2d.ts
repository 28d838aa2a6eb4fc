import {
  type Attribute,
  customOp,
  executeOp,
  intAttribute,
  recordedOp,
  stringAttribute,
  tf,
  typeAttribute,
} from "../../tensorflow/mod.ts";
import { isWide, wideDilation } from "./wide_dilation.ts";
import { winogradConv2d, winogradInputGradient, winogradKernelGradient, winogradUse } from "./winograd.ts";

/** Zero padding in pixels: on each side, or `[above and left, below and right]`. */
export type Padding = number | readonly [before: number, after: number];

/** Returns a padding as pixels above and left, and below and right. */
export function paddingSides(padding: Padding): readonly [before: number, after: number] {
  return typeof padding === "number" ? [padding, padding] : padding;
}

/** Options of {@linkcode conv2d}. */
export interface ConvolutionOptions {
  /** Step in both directions. Default 1. */
  stride?: number;
  /** Distance between the kernel's taps (atrous rate). Default 1. */
  dilation?: number;
  /** Zero padding on each of the four sides, as in PyTorch; or above and left, and below and right. Default 0. */
  padding?: Padding;
}

function convAttributes(stride: number, dilation: number, padding: "SAME" | "VALID"): Attribute[] {
  return [
    typeAttribute("T", "float32"),
    intAttribute("strides", [1, stride, stride, 1]),
    intAttribute("dilations", [1, dilation, dilation, 1]),
    stringAttribute("data_format", "NHWC"),
    stringAttribute("padding", padding),
  ];
}

/** An algorithm that computes a convolution and its gradients. */
interface Algorithm {
  forward(x: tf.Tensor4D, kernel: tf.Tensor4D): tf.Tensor4D;
  inputGradient(x: tf.Tensor4D, kernel: tf.Tensor4D, dy: tf.Tensor4D): tf.Tensor4D;
  kernelGradient(x: tf.Tensor4D, kernel: tf.Tensor4D, dy: tf.Tensor4D): tf.Tensor4D;
}

/** TensorFlow's own kernels. */
function direct(stride: number, dilation: number, padding: "SAME" | "VALID"): Algorithm {
  const attributes = convAttributes(stride, dilation, padding);
  const run = (op: string, inputs: tf.Tensor[]) => executeOp(op, attributes, inputs, 1)[0] as tf.Tensor4D;
  const shapeTensor = ({ shape }: tf.Tensor) => tf.tensor1d(shape, "int32");
  return {
    forward: (x, kernel) => run("Conv2D", [x, kernel]),
    inputGradient: (x, kernel, dy) => run("Conv2DBackpropInput", [shapeTensor(x), kernel, dy]),
    kernelGradient: (x, kernel, dy) => {
      const [side, , inChannels, outChannels] = kernel.shape;
      const whole = inChannels % 8 === 0 && outChannels % 8 === 0;
      if (side > 1 || stride === 1 || whole) return run("Conv2DBackpropFilter", [x, shapeTensor(kernel), dy]);
      // With AVX2 and a number of channels that is not a multiple of eight, oneDNN's gradient of a strided 1 × 1 kernel
      // is wrong and writes past its end. The gradient is a matrix product over the sampled pixels.
      const seen = tf.stridedSlice(x, [0, 0, 0, 0], x.shape, [1, stride, stride, 1]);
      const product = tf.matMul(tf.reshape(seen, [-1, inChannels]), tf.reshape(dy, [-1, outChannels]), true);
      return tf.reshape(product, kernel.shape);
    },
  };
}

/** Winograd's algorithm for a 3 × 3 kernel that keeps the map's size. */
function winograd(dilation: number): Algorithm {
  return {
    forward: (x, kernel) => winogradConv2d(x, kernel, dilation),
    inputGradient: (_, kernel, dy) => winogradInputGradient(dy, kernel, dilation),
    kernelGradient: (x, _, dy) => winogradKernelGradient(x, dy, dilation),
  };
}

function convolve(x: tf.Tensor4D, kernel: tf.Tensor4D, forwards: Algorithm, backwards = forwards): tf.Tensor4D {
  return customOp<tf.Tensor4D>({
    inputs: { x, kernel },
    forward: (save) => {
      save([x, kernel]);
      return forwards.forward(x, kernel);
    },
    backward: (dy, saved) => {
      const [x, kernel] = saved as tf.Tensor4D[];
      return {
        x: () => backwards.inputGradient(x, kernel, dy),
        kernel: () => backwards.kernelGradient(x, kernel, dy),
      };
    },
  });
}

/**
 * Computes a two-dimensional convolution (PyTorch's `conv2d`), differentiable at every stride and dilation.
 *
 * @param x `[batch, height, width, inChannels]`
 * @param kernel `[side, side, inChannels, outChannels]`
 * @returns `[batch, outHeight, outWidth, outChannels]`
 */
export function conv2d(x: tf.Tensor4D, kernel: tf.Tensor4D, options: ConvolutionOptions = {}): tf.Tensor4D {
  const { stride = 1, dilation = 1, padding = 0 } = options;
  const walk = { stride, dilation, padding: paddingSides(padding) };
  return recordedOp("Convolution", [x, kernel], walk, () => compute(x, kernel, walk));
}

function compute(
  x: tf.Tensor4D,
  kernel: tf.Tensor4D,
  { stride, dilation, padding: [before, after] }: {
    stride: number;
    dilation: number;
    padding: readonly [before: number, after: number];
  },
): tf.Tensor4D {
  const [, height, width] = x.shape;
  const [side, , inChannels, outChannels] = kernel.shape;
  const keepsSize = stride === 1 && before === after && 2 * before === dilation * (side - 1);
  if (side === 3 && keepsSize && dilation >= Math.max(height, width)) {
    // The outer taps meet only padding: only the centre remains.
    const centre = tf.slice(kernel, [1, 1, 0, 0], [1, 1, inChannels, outChannels]);
    return convolve(x, centre, direct(1, 1, "VALID"));
  }
  if (side === 3 && keepsSize && isWide(height, width, dilation)) {
    return wideDilation(x, kernel, dilation);
  }
  if (before === 0 && after === 0) return convolve(x, kernel, direct(stride, dilation, "VALID"));
  // If TensorFlow's SAME pads as PyTorch does, no separate padding is needed.
  if (keepsSize) {
    const plain = direct(stride, dilation, "SAME");
    const { forward, backward } = winogradUse(x, kernel, dilation);
    const fewer = winograd(dilation);
    return convolve(x, kernel, forward ? fewer : plain, backward ? fewer : plain);
  }
  // TensorFlow's own EXPLICIT padding has a slow gradient: it bypasses oneDNN.
  const margin: [number, number] = [before, after];
  return convolve(tf.pad4d(x, [[0, 0], margin, margin, [0, 0]]), kernel, direct(stride, dilation, "VALID"));
}
