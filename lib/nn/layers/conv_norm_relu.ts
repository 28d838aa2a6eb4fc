import type { WeightScope } from "../weights/weight_scope.ts";
import { convNorm } from "./conv_norm.ts";
import { convolution, type ConvolutionLayerOptions } from "./convolution.ts";
import type { Layer } from "./layer.ts";

/** Makes a block of convolution, batch normalisation and ReLU, as in SMP's decoders (`Conv2dReLU`). */
export function convNormRelu(scope: WeightScope, options: ConvolutionLayerOptions): Layer {
  const layer = convNorm(convolution(scope.child(0), options), scope.child(1));
  return (x, forward) => layer(x, forward, { activation: "relu" });
}
