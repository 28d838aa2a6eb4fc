import type { tf } from "../../tensorflow/mod.ts";
import { atrousSpatialPyramid, type AtrousSpatialPyramidOptions } from "../layers/atrous_spatial_pyramid.ts";
import { convNorm } from "../layers/conv_norm.ts";
import { convolution } from "../layers/convolution.ts";
import type { ForwardOptions } from "../layers/layer.ts";
import { PYTORCH_DEFAULT, type WeightScope } from "../weights/weight_scope.ts";

/** Makes the DeepLabV3 decoder (Chen et al. 2017): ASPP on the deepest map, then a 3 × 3 convolution. */
export function deeplabv3Decoder(
  scope: WeightScope,
  options: AtrousSpatialPyramidOptions,
): (features: tf.Tensor4D[], forward: ForwardOptions) => tf.Tensor4D {
  const channels = options.outChannels;
  const aspp = atrousSpatialPyramid(scope.child("aspp"), options);
  const conv = convolution(scope.child("conv"), {
    inChannels: channels,
    outChannels: channels,
    side: 3,
    padding: 1,
    initializer: PYTORCH_DEFAULT,
  });
  const layer = convNorm(conv, scope.child("bn"));
  return (features, forward) => layer(aspp(features.at(-1)!, forward), forward, { activation: "relu" });
}
