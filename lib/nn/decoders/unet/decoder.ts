import type { tf } from "../../../runtime/mod.ts";
import { batchNormalization } from "../../layers/batch_normalization.ts";
import { convNormRelu } from "../../layers/conv_norm_relu.ts";
import type { ForwardOptions } from "../../layers/layer.ts";
import { relu } from "../../ops/relu.ts";
import { upsampleJoinConv2d } from "../../ops/upsample_conv2d.ts";
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
    const first = block.child("conv1");
    const kernel = first.child(0).parameter("weight", [outChannels, inChannels, 3, 3], three.initializer);
    return {
      kernel,
      norm: batchNormalization(first.child(1), outChannels),
      second: convNormRelu(block.child("conv2"), { ...three, inChannels: outChannels }),
    };
  });

  return (features, options) => {
    const [head, ...above] = features.toReversed();
    return blocks.reduce((x, { kernel, norm, second }, i) => {
      const [, height, width] = above[i].shape;
      const skip = i < skips.length ? above[i] : undefined;
      const joined = upsampleJoinConv2d(x, [height, width], kernel.variable as unknown as tf.Tensor4D, skip);
      return second(relu(norm(joined, options)), options);
    }, head);
  };
}
