import { tf } from "../../tensorflow/mod.ts";
import { adaptiveAveragePool } from "../ops/adaptive_average_pool.ts";
import { resizeBilinear } from "../ops/resize_bilinear.ts";
import { PYTORCH_DEFAULT, type WeightScope } from "../weights/weight_scope.ts";
import { convNorm } from "./conv_norm.ts";
import { convNormRelu } from "./conv_norm_relu.ts";
import { convolution, type ConvolutionLayer, depthwiseConvolution } from "./convolution.ts";
import { dropoutLayer } from "./dropout.ts";
import type { Layer } from "./layer.ts";

/** Makes a depthwise and a pointwise convolution (SMP's `SeparableConv2d`). */
export function separableConvolution(
  scope: WeightScope,
  { inChannels, outChannels, dilation = 1 }: { inChannels: number; outChannels: number; dilation?: number },
): ConvolutionLayer {
  const depthwise = depthwiseConvolution(scope.child(0), {
    channels: inChannels,
    side: 3,
    padding: dilation,
    dilation,
    initializer: PYTORCH_DEFAULT,
  });
  const pointwise = convolution(scope.child(1), { inChannels, outChannels, side: 1, initializer: PYTORCH_DEFAULT });
  const layer: Layer = (x, forward) => pointwise(depthwise(x, forward), forward);
  const convolve = (x: tf.Tensor4D, kernel: tf.Tensor4D) => pointwise.convolve(depthwise(x, {}), kernel);
  return Object.assign(layer, { kernel: pointwise.kernel, outChannels, foldable: true, convolve });
}

/** Options of {@linkcode atrousSpatialPyramid}. */
export interface AtrousSpatialPyramidOptions {
  inChannels: number;
  outChannels: number;
  /** Three dilations. */
  rates: readonly [number, number, number];
  /** Whether the dilated convolutions are separable. */
  separable: boolean;
  /** Share of the elements that training drops after the projection. */
  dropout: number;
}

/**
 * Makes atrous spatial pyramid pooling (Chen et al. 2017): a 1 × 1 convolution, three dilated convolutions and the
 * image's mean in parallel, which are then merged.
 */
export function atrousSpatialPyramid(scope: WeightScope, options: AtrousSpatialPyramidOptions): Layer {
  const { inChannels, outChannels, rates, separable, dropout: rate } = options;
  const one = { inChannels, outChannels, side: 1, initializer: PYTORCH_DEFAULT };
  const convs = scope.child("convs");
  const branches: Layer[] = [convNormRelu(convs.child(0), one)];
  rates.forEach((dilation, i) => {
    const branch = convs.child(i + 1);
    if (!separable) {
      branches.push(convNormRelu(branch, { ...one, side: 3, padding: dilation, dilation }));
      return;
    }
    const layer = convNorm(
      separableConvolution(branch.child(0), { inChannels, outChannels, dilation }),
      branch.child(1),
    );
    branches.push((x, forward) => layer(x, forward, { activation: "relu" }));
  });
  const pool = convs.child(4);
  const poolLayer = convNorm(convolution(pool.child(1), one), pool.child(2));
  branches.push((x, forward) => {
    const mean = poolLayer(adaptiveAveragePool(x, 1), forward, { activation: "relu" });
    return resizeBilinear(mean, { as: x });
  });
  const project = convNormRelu(scope.child("project"), { ...one, inChannels: 5 * outChannels });
  const drop = dropoutLayer(rate, scope.prefix);

  return (x, forward) => {
    const joined = tf.concat(branches.map((branch) => branch(x, forward)), 3);
    return drop(project(joined, forward), forward);
  };
}
