import { tf } from "../../tensorflow/mod.ts";
import { batchNormalization } from "../layers/batch_normalization.ts";
import { normalized } from "../layers/conv_norm.ts";
import { convNormRelu } from "../layers/conv_norm_relu.ts";
import type { ForwardOptions, Layer } from "../layers/layer.ts";
import { scse } from "../layers/scse.ts";
import { conv2d } from "../ops/conv2d.ts";
import { resizeBilinear } from "../ops/resize_bilinear.ts";
import { upsampleJoinConv2d } from "../ops/upsample_conv2d.ts";
import { upsampleNearest } from "../ops/upsample_nearest.ts";
import type { WeightScope } from "../weights/weight_scope.ts";

/** How the decoder upsamples a map. */
export const INTERPOLATIONS = ["nearest", "bilinear"] as const;
/** One of {@linkcode INTERPOLATIONS}. */
export type Interpolation = typeof INTERPOLATIONS[number];

/** Options of the U-Net decoder. */
export interface UnetDecoderOptions {
  /** Channels of the encoder's maps, starting with the input. */
  encoderChannels: readonly number[];
  /** Channels of each block, starting with the deepest; one block per encoder stage. */
  decoderChannels: readonly number[];
  interpolation: Interpolation;
  attention?: "scse";
}

/**
 * Makes the U-Net decoder (Ronneberger et al. 2015) as segmentation_models.pytorch builds it. From the deepest map up,
 * each block resizes to the next skip connection, concatenates it, and applies two convolutions.
 */
export function unetDecoder(
  scope: WeightScope,
  { encoderChannels, decoderChannels, interpolation, attention }: UnetDecoderOptions,
): (features: tf.Tensor4D[], options: ForwardOptions) => tf.Tensor4D {
  // The input is not a skip connection: the last block has none.
  const [head, ...skips] = encoderChannels.slice(1).reverse();
  const attend = (scope: WeightScope, channels: number): Layer | undefined =>
    attention === "scse" ? scse(scope, channels) : undefined;
  const blocks = decoderChannels.map((outChannels, i) => {
    const block = scope.child("blocks").child(i);
    const inChannels = (i === 0 ? head : decoderChannels[i - 1]) + (skips[i] ?? 0);
    const three = { side: 3, padding: 1, outChannels, initializer: { kind: "kaimingUniform" } as const };
    const first = block.child("conv1");
    const kernel = first.child(0).parameter("weight", [outChannels, inChannels, 3, 3], three.initializer);
    const norm = batchNormalization(first.child(1), outChannels, kernel);
    // In SMP the last block also has weights of a first attention, which are never used.
    const attention1 = attend(block.child("attention1", i < skips.length), inChannels);
    const second = convNormRelu(block.child("conv2"), { ...three, inChannels: outChannels });
    const attention2 = attend(block.child("attention2"), outChannels);
    return { kernel, norm, attention1, second, attention2 };
  });

  return (features, options) => {
    const [head, ...above] = features.toReversed();
    return blocks.reduce((x, { kernel, norm, attention1, second, attention2 }, i) => {
      const size = { as: above[i] };
      const skip = i < skips.length ? above[i] : undefined;
      let convolve = (kernel: tf.Tensor4D) => upsampleJoinConv2d(x, size, kernel, skip);
      if (interpolation === "bilinear" || (attention1 && skip)) {
        const enlarged = interpolation === "nearest" ? upsampleNearest(x, size) : resizeBilinear(x, size, false);
        const joined = skip ? tf.concat([enlarged, skip], 3) : enlarged;
        const attended = attention1 && skip ? attention1(joined, options) : joined;
        convolve = (kernel) => conv2d(attended, kernel, { padding: 1 });
      }
      const y = second(normalized(convolve, kernel, norm, options, { activation: "relu" }), options);
      return attention2 ? attention2(y, options) : y;
    }, head);
  };
}
