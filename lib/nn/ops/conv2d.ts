import { currentDevice, currentPrecision, customOp, recordedOp, tf } from "../../tensorflow/mod.ts";
import { runsNativeOps } from "../../native_ops/mod.ts";
import type { ConvolutionAlgorithm, ConvolutionKind } from "../algorithms/algorithm_table.ts";
import { chooseAlgorithm, isTiled } from "../algorithms/choose_algorithm.ts";
import { currentAlgorithms } from "../algorithms/current_entry.ts";
import { createAlgorithm } from "./convolution_algorithms.ts";
import { directWithGradients, hasDilatedGradients } from "./dilated_gradients.ts";
import { type Algorithm, direct } from "./direct_convolution.ts";
import { isWide, wideDilation } from "./wide_dilation.ts";

/** Zero padding in pixels: on each side, or `[above and left, below and right]`. */
export type Padding = number | readonly [before: number, after: number];

/** Returns a padding as pixels above and left, and below and right. */
export function paddingSides(padding: Padding): readonly [before: number, after: number] {
  return typeof padding === "number" ? [padding, padding] : padding;
}

/** How the window of a convolution walks over a map. */
interface Walk {
  stride: number;
  dilation: number;
  padding: readonly [before: number, after: number];
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

/**
 * Returns the name of the algorithm that computes a convolution with stride 1 that keeps the map's size, or its gradient.
 *
 * @param map `[batch, height, width, inChannels]`
 * @param kernel `[side, side, inChannels, outChannels]`
 */
export function chosenAlgorithm(
  kind: Exclude<ConvolutionKind, "inference">,
  map: readonly number[],
  kernel: readonly number[],
  dilation: number,
): ConvolutionAlgorithm {
  const { entry, inference } = currentAlgorithms();
  const work = { map, kernel, dilation, device: currentDevice(), precision: currentPrecision() };
  const use = kind === "forward" && inference ? "inference" : kind, chosen = chooseAlgorithm(entry, use, work);
  // XLA compiles no machine code of this project, and some systems run none.
  return isTiled(chosen) && !runsNativeOps() ? chooseAlgorithm(entry, use, { ...work, native: false }) : chosen;
}

/** Chooses the algorithms of a convolution with stride 1 that keeps the map's size, and of its gradients. */
function chosenAlgorithms({ shape: map }: tf.Tensor4D, { shape: kernel }: tf.Tensor4D, dilation: number): Algorithm {
  currentAlgorithms().observe?.({ map, kernel, dilation, device: currentDevice(), precision: currentPrecision() });
  const choose = (kind: Exclude<ConvolutionKind, "inference">) =>
    createAlgorithm(chosenAlgorithm(kind, map, kernel, dilation), kernel[0], dilation);
  return {
    forward: choose("forward").forward,
    inputGradient: choose("inputGradient").inputGradient,
    kernelGradient: choose("kernelGradient").kernelGradient,
  };
}

function convolve(
  x: tf.Tensor4D,
  kernel: tf.Tensor4D,
  { forward, inputGradient, kernelGradient }: Algorithm,
): tf.Tensor4D {
  return customOp<tf.Tensor4D>({
    inputs: { x, kernel },
    forward: (save) => {
      save([x, kernel]);
      return forward(x, kernel);
    },
    backward: (dy, saved) => {
      const [x, kernel] = saved as tf.Tensor4D[];
      return { x: () => inputGradient(x, kernel, dy), kernel: () => kernelGradient(x, kernel, dy) };
    },
  });
}

/** Returns the shape of the result of a convolution. */
export function convolvedShape(
  [batch, height, width]: readonly number[],
  [side]: readonly number[],
  channels: number,
  { stride, dilation, padding: [before, after] }: Walk,
): number[] {
  const walked = (length: number) => Math.floor((length + before + after - dilation * (side - 1) - 1) / stride) + 1;
  return [batch, walked(height), walked(width), channels];
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
  const shape = () => convolvedShape(x.shape, kernel.shape, kernel.shape[3], walk);
  return recordedOp("Convolution", [x, kernel], walk, () => compute(x, kernel, walk), shape);
}

/** Returns every `stride`-th pixel of every `stride`-th row. */
function everyPixel(x: tf.Tensor4D, stride: number): tf.Tensor4D {
  const [batch, height, width, channels] = x.shape,
    rows = Math.ceil(height / stride),
    columns = Math.ceil(width / stride);
  const whole = tf.pad4d(x, [[0, 0], [0, rows * stride - height], [0, columns * stride - width], [0, 0]]);
  const squares = tf.reshape(whole, [batch, rows, stride, columns, stride, channels]);
  const first = tf.slice(squares, [0, 0, 0, 0, 0, 0], [batch, rows, 1, columns, 1, channels]);
  return tf.reshape(first, [batch, rows, columns, channels]);
}

function compute(
  x: tf.Tensor4D,
  kernel: tf.Tensor4D,
  { stride, dilation, padding: [before, after] }: Walk,
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
  // If TensorFlow's SAME pads as PyTorch does, no separate padding is needed.
  if (keepsSize) return convolve(x, kernel, chosenAlgorithms(x, kernel, dilation));
  if (stride > 1 && dilation > 1 && !hasDilatedGradients()) {
    return everyPixel(compute(x, kernel, { stride: 1, dilation, padding: [before, after] }), stride);
  }
  const algorithm = stride === 1 ? directWithGradients(dilation, "VALID") : direct(stride, dilation, "VALID");
  if (before === 0 && after === 0) return convolve(x, kernel, algorithm);
  // TensorFlow's own EXPLICIT padding has a slow gradient: it bypasses oneDNN.
  const margin: [number, number] = [before, after];
  return convolve(tf.pad4d(x, [[0, 0], margin, margin, [0, 0]]), kernel, algorithm);
}
