import { isHalf, tf, toHalf } from "../../tensorflow/mod.ts";
import { convNormRelu } from "../layers/conv_norm_relu.ts";
import { convolution } from "../layers/convolution.ts";
import { dropoutLayer } from "../layers/dropout.ts";
import type { ForwardOptions, Layer } from "../layers/layer.ts";
import { adaptiveAveragePool } from "../ops/adaptive_average_pool.ts";
import { relu } from "../ops/relu.ts";
import { resizeBilinear } from "../ops/resize_bilinear.ts";
import type { WeightScope } from "../weights/weight_scope.ts";

/** Sides of the pyramid's grids (Zhao et al. 2017, section 3.2). */
const BINS = [1, 2, 3, 6];

const FRESH = { kind: "kaimingUniform" } as const;

/** Options of the PSPNet decoder. */
export interface PspDecoderOptions {
  inChannels: number;
  outChannels: number;
  /** Share of the channels that training drops. */
  dropout: number;
}

/**
 * Makes the PSPNet decoder (Zhao et al. 2017). It averages the map over four grids, reduces the channels of each
 * average, upsamples it, and concatenates the results with the map.
 */
export function pspDecoder(
  scope: WeightScope,
  { inChannels, outChannels, dropout: rate }: PspDecoderOptions,
): (features: tf.Tensor4D[], forward: ForwardOptions) => tf.Tensor4D {
  const reduced = Math.floor(inChannels / BINS.length);
  const one = { inChannels, outChannels: reduced, side: 1, initializer: FRESH };
  const blocks = BINS.map((bins, i): Layer => {
    const pool = scope.child("psp").child("blocks").child(i).child("pool").child(1);
    // The mean of a whole image is one value per channel: too few for batch normalisation in a small batch.
    const bare = bins === 1 ? convolution(pool.child(0), { ...one, bias: { kind: "constant", value: 0 } }) : undefined;
    const conv: Layer = bare ? (x, forward) => relu(bare(x, forward)) : convNormRelu(pool, one);
    return (x, forward) => {
      // A bias is added in 32 bits, which would make the joined map one of 32 bits.
      const reduced = toHalf(conv(adaptiveAveragePool(x, bins), forward), isHalf(x));
      return resizeBilinear(reduced, { as: x });
    };
  });
  const merge = convNormRelu(scope.child("conv"), {
    inChannels: 2 * inChannels,
    outChannels,
    side: 1,
    initializer: FRESH,
  });
  const drop = dropoutLayer(rate, scope.prefix, "channel");

  return (features, forward) => {
    const x = features.at(-1)!;
    const joined = tf.concat([...blocks.map((block) => block(x, forward)), x], 3);
    return drop(merge(joined, forward), forward);
  };
}
