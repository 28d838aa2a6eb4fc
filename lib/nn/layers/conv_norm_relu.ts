import { relu } from "../ops/relu.ts";
import type { WeightScope } from "../weights.ts";
import { batchNormalization } from "./batch_normalization.ts";
import { convolution, type ConvolutionLayerOptions } from "./convolution.ts";
import type { Layer } from "./layer.ts";

/** Convolution, batch normalisation, ReLU: the block that SMP's decoders are made of (`Conv2dReLU`). */
export function convNormRelu(scope: WeightScope, options: ConvolutionLayerOptions): Layer {
  const conv = convolution(scope.child(0), options);
  const norm = batchNormalization(scope.child(1), options.outChannels);
  return (x, forward) => relu(norm(conv(x, forward), forward));
}
