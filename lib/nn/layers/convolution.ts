import type { tf } from "../../tensorflow/mod.ts";
import { biasAdd } from "../ops/bias_add.ts";
import { conv2d, type ConvolutionOptions } from "../ops/conv2d.ts";
import { depthwiseConv2d } from "../ops/depthwise_conv2d.ts";
import type { Initializer, Weight, WeightScope } from "../weights/weight_scope.ts";
import type { Layer } from "./layer.ts";

/** Options of {@linkcode convolution}. */
export interface ConvolutionLayerOptions extends ConvolutionOptions {
  inChannels: number;
  outChannels: number;
  /** Side of the kernel in pixels. */
  side: number;
  /** Initial value of the bias. Default: no bias, as a normalisation follows. */
  bias?: Initializer;
  initializer: Initializer;
}

/** A convolution that can also run with another kernel. */
export interface ConvolutionLayer extends Layer {
  readonly kernel: Weight;
  readonly outChannels: number;
  /** Whether inference may fold a batch normalisation into it. */
  readonly foldable: boolean;
  /** Convolves with the given kernel, without the bias. */
  readonly convolve: (x: tf.Tensor4D, kernel: tf.Tensor4D) => tf.Tensor4D;
}

/** Makes a convolution, as PyTorch's `Conv2d`, with the weights `weight` and, optionally, `bias`. */
export function convolution(scope: WeightScope, options: ConvolutionLayerOptions): ConvolutionLayer {
  const { inChannels, outChannels, side, bias, initializer, ...walk } = options;
  const kernel = scope.parameter("weight", [outChannels, inChannels, side, side], initializer);
  const shift = bias ? scope.parameter("bias", [outChannels], bias) : undefined;
  const convolve = (x: tf.Tensor4D, kernel: tf.Tensor4D) => conv2d(x, kernel, walk);
  const layer: Layer = (x) => {
    const y = convolve(x, kernel.variable as unknown as tf.Tensor4D);
    return shift ? biasAdd(y, shift.variable as unknown as tf.Tensor1D) : y;
  };
  return Object.assign(layer, { kernel, outChannels, foldable: true, convolve });
}

/** Makes a depthwise convolution (PyTorch's `Conv2d` with as many groups as channels). */
export function depthwiseConvolution(
  scope: WeightScope,
  { channels, side, initializer, ...walk }: ConvolutionOptions & {
    channels: number;
    side: number;
    initializer: Initializer;
  },
): ConvolutionLayer {
  const kernel = scope.parameter("weight", [channels, 1, side, side], initializer);
  const convolve = (x: tf.Tensor4D, kernel: tf.Tensor4D) => depthwiseConv2d(x, kernel, walk);
  const layer: Layer = (x) => convolve(x, kernel.variable as unknown as tf.Tensor4D);
  // TensorFlow 2.21 aborts the process when it fuses a depthwise convolution with a bias.
  return Object.assign(layer, { kernel, outChannels: channels, foldable: false, convolve });
}
