import { tf } from "../../runtime/mod.ts";
import { conv2d, type ConvolutionOptions } from "../ops/conv2d.ts";
import type { Initializer, WeightScope } from "../weights.ts";
import type { Layer } from "./layer.ts";

/** A convolution's channels, kernel side and how it starts. */
export interface ConvolutionLayerOptions extends ConvolutionOptions {
  inChannels: number;
  outChannels: number;
  /** Side of the kernel in pixels. */
  side: number;
  /** Default `false`: a normalisation follows. */
  bias?: boolean;
  initializer: Initializer;
}

/** PyTorch's `Conv2d`: weights `weight` and, if asked for, `bias` (which starts at 0). */
export function convolution(scope: WeightScope, options: ConvolutionLayerOptions): Layer {
  const { inChannels, outChannels, side, bias = false, initializer, ...walk } = options;
  const kernel = scope.parameter("weight", [outChannels, inChannels, side, side], initializer);
  const shift = bias ? scope.parameter("bias", [outChannels], { kind: "constant", value: 0 }) : undefined;
  return (x) => {
    const y = conv2d(x, kernel.variable as unknown as tf.Tensor4D, walk);
    return shift ? tf.add(y, shift.variable!) : y;
  };
}
