import { tf } from "../../tensorflow/mod.ts";
import {
  atrousSpatialPyramid,
  type AtrousSpatialPyramidOptions,
  separableConvolution,
} from "../layers/atrous_spatial_pyramid.ts";
import { convNorm } from "../layers/conv_norm.ts";
import { convNormRelu } from "../layers/conv_norm_relu.ts";
import type { ForwardOptions } from "../layers/layer.ts";
import { resizeBilinear } from "../ops/resize_bilinear.ts";
import { PYTORCH_DEFAULT, type WeightScope } from "../weights/weight_scope.ts";

/** Channels of the stride-4 map after its reduction (Chen et al. 2018, section 4.1). */
const HIGH_RESOLUTION_CHANNELS = 48;

/**
 * Makes the DeepLabV3+ decoder (Chen et al. 2018): ASPP on the deepest map, upsampled and concatenated with the
 * stride-4 map.
 *
 * @param encoderChannels channels of the encoder's maps, starting with the input
 * @param upsampling factor by which the result of ASPP is upsampled
 */
export function deeplabv3plusDecoder(
  scope: WeightScope,
  encoderChannels: readonly number[],
  options: AtrousSpatialPyramidOptions,
  upsampling: number,
): (features: tf.Tensor4D[], forward: ForwardOptions) => tf.Tensor4D {
  const channels = options.outChannels;
  const asppScope = scope.child("aspp");
  const aspp = atrousSpatialPyramid(asppScope.child(0), options);
  const asppConv = convNorm(
    separableConvolution(asppScope.child(1), { inChannels: channels, outChannels: channels }),
    asppScope.child(2),
  );
  const reduce = convNormRelu(scope.child("block1"), {
    inChannels: encoderChannels[2],
    outChannels: HIGH_RESOLUTION_CHANNELS,
    side: 1,
    initializer: PYTORCH_DEFAULT,
  });
  const fuseScope = scope.child("block2");
  const fuse = convNorm(
    separableConvolution(fuseScope.child(0), {
      inChannels: HIGH_RESOLUTION_CHANNELS + channels,
      outChannels: channels,
    }),
    fuseScope.child(1),
  );

  return (features, forward) => {
    const deep = asppConv(aspp(features.at(-1)!, forward), forward, { activation: "relu" });
    const enlarged = resizeBilinear(deep, { factor: upsampling });
    const joined = tf.concat([enlarged, reduce(features[2], forward)], 3);
    return fuse(joined, forward, { activation: "relu" });
  };
}
