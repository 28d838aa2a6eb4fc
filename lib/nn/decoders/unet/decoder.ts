import { tf } from "../../../runtime/mod.ts";
import { convNormRelu } from "../../layers/conv_norm_relu.ts";
import type { ForwardOptions } from "../../layers/layer.ts";
import { upsampleNearest } from "../../ops/upsample_nearest.ts";
import type { WeightScope } from "../../weights.ts";

/**
 * U-Net's decoder (Ronneberger et al. 2015) as segmentation_models.pytorch builds it: from the
 * deepest map up, resize to the next skip connection, concatenate, two convolutions.
 *
 * @param encoderChannels channels of the encoder's maps, the input's first
 * @param decoderChannels channels of each block, the deepest first; one block per encoder stage
 */
export function unetDecoder(
  scope: WeightScope,
  encoderChannels: readonly number[],
  decoderChannels: readonly number[],
): (features: tf.Tensor4D[], options: ForwardOptions) => tf.Tensor4D {
  // The input itself is no skip connection: the last block works without one.
  const [head, ...skips] = encoderChannels.slice(1).reverse();
  const blocks = decoderChannels.map((outChannels, i) => {
    const block = scope.child("blocks").child(i);
    const inChannels = (i === 0 ? head : decoderChannels[i - 1]) + (skips[i] ?? 0);
    const three = { side: 3, padding: 1, outChannels, initializer: { kind: "kaimingUniform" } as const };
    return [
      convNormRelu(block.child("conv1"), { ...three, inChannels }),
      convNormRelu(block.child("conv2"), { ...three, inChannels: outChannels }),
    ];
  });

  return (features, options) => {
    const [head, ...above] = features.toReversed();
    return blocks.reduce((x, [first, second], i) => {
      const [, height, width] = above[i].shape;
      const resized = upsampleNearest(x, [height, width]);
      const joined = i < skips.length ? tf.concat([resized, above[i]], 3) : resized;
      return second(first(joined, options), options);
    }, head);
  };
}
