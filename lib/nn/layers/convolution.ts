import { tf } from "../../runtime/mod.ts";
import { conv2d, type ConvolutionOptions } from "../ops/conv2d.ts";
import { depthwiseConv2d } from "../ops/depthwise_conv2d.ts";
import type { Initializer, WeightScope } from "../weights.ts";
import type { Layer } from "./layer.ts";

/** A convolution's channels, kernel side and how it starts. */
export interface ConvolutionLayerOptions extends ConvolutionOptions {
  inChannels: number;
  outChannels: number;
  /** Side of the kernel in pixels. */
  side: number;
  /** How the bias starts. Default: there is none, a normalisation follows. */
  bias?: Initializer;
  initializer: Initializer;
}

/** PyTorch's `Conv2d`: weights `weight` and, if asked for, `bias`. */
export function convolution(scope: WeightScope, options: ConvolutionLayerOptions): Layer {
  const { inChannels, outChannels, side, bias, initializer, ...walk } = options;
  const kernel = scope.parameter("weight", [outChannels, inChannels, side, side], initializer);
  const shift = bias ? scope.parameter("bias", [outChannels], bias) : undefined;
  return (x) => {
    const y = conv2d(x, kernel.variable as unknown as tf.Tensor4D, walk);
    return shift ? tf.add(y, shift.variable!) : y;
  };
}

/** A convolution of each channel by itself (PyTorch's `Conv2d` with as many groups as channels). */
export function depthwiseConvolution(
  scope: WeightScope,
  { channels, side, initializer, ...walk }: ConvolutionOptions & {
    channels: number;
    side: number;
    initializer: Initializer;
  },
): Layer {
  const kernel = scope.parameter("weight", [channels, 1, side, side], initializer);
  return (x) => depthwiseConv2d(x, kernel.variable as unknown as tf.Tensor4D, walk);
}
