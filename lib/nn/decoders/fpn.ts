import { tf } from "../../tensorflow/mod.ts";
import { convolution } from "../layers/convolution.ts";
import { dropoutLayer } from "../layers/dropout.ts";
import { groupNormalization } from "../layers/group_normalization.ts";
import type { ForwardOptions, Layer } from "../layers/layer.ts";
import { relu } from "../ops/relu.ts";
import { resizeBilinear } from "../ops/resize_bilinear.ts";
import { upsampleNearest } from "../ops/upsample_nearest.ts";
import type { WeightScope } from "../weights/weight_scope.ts";
import type { Interpolation } from "./unet.ts";

/** How the maps of the pyramid are merged. */
export const MERGE_POLICIES = ["add", "cat"] as const;
/** One of {@linkcode MERGE_POLICIES}. */
export type MergePolicy = typeof MERGE_POLICIES[number];

/** How often each map of the pyramid is doubled to reach the size of the largest, the deepest map first. */
const DOUBLINGS = [3, 2, 1, 0];

/** Groups of the group normalisation. */
export const NORM_GROUPS = 32;

const FRESH = { kind: "kaimingUniform" } as const, ZERO = { kind: "constant", value: 0 } as const;

/** Options of the FPN decoder. */
export interface FpnDecoderOptions {
  /** Channels of the encoder's maps, starting with the input. */
  encoderChannels: readonly number[];
  /** Channels of each map of the pyramid. */
  pyramidChannels: number;
  /** Channels of each map before merging; a multiple of 32. */
  segmentationChannels: number;
  mergePolicy: MergePolicy;
  interpolation: Interpolation;
  /** Share of the channels that training drops. */
  dropout: number;
}

function doubled(x: tf.Tensor4D, interpolation: Interpolation, alignCorners: boolean): tf.Tensor4D {
  const size = { factor: 2 };
  return interpolation === "nearest" ? upsampleNearest(x, size) : resizeBilinear(x, size, alignCorners);
}

/**
 * Makes blocks of convolution, group normalisation and ReLU: one block per doubling, which follows it, or one block
 * without a doubling.
 */
function segmentationBlock(scope: WeightScope, inChannels: number, outChannels: number, doublings: number): Layer {
  const layers: Layer[] = [];
  for (let i = 0; i < Math.max(1, doublings); i++) {
    const block = scope.child("block").child(i).child("block");
    const convolve = convolution(block.child(0), {
      inChannels: i === 0 ? inChannels : outChannels,
      outChannels,
      side: 3,
      padding: 1,
      initializer: FRESH,
    });
    const normalize = groupNormalization(block.child(1), outChannels, NORM_GROUPS);
    layers.push((x, forward) => {
      const y = relu(normalize(convolve(x, forward), forward));
      return doublings > 0 ? doubled(y, "bilinear", true) : y;
    });
  }
  return (x, forward) => layers.reduce((map, layer) => layer(map, forward), x);
}

/**
 * Makes the FPN decoder (Kirillov et al. 2017). From the deepest map up, it upsamples and adds the encoder's next map.
 * It then upsamples each map of this pyramid to the size of the largest, and merges them.
 */
export function fpnDecoder(
  scope: WeightScope,
  { encoderChannels, pyramidChannels, segmentationChannels, mergePolicy, interpolation, dropout }: FpnDecoderOptions,
): (features: tf.Tensor4D[], forward: ForwardOptions) => tf.Tensor4D {
  const lateral = (scope: WeightScope, inChannels: number) =>
    convolution(scope, { inChannels, outChannels: pyramidChannels, side: 1, bias: ZERO, initializer: FRESH });
  const [head, ...skips] = encoderChannels.slice(-DOUBLINGS.length).reverse();
  const top = lateral(scope.child("p5"), head);
  const laterals = skips.map((channels, i) => lateral(scope.child(`p${4 - i}`).child("skip_conv"), channels));
  const blocks = DOUBLINGS.map((doublings, i) =>
    segmentationBlock(scope.child("seg_blocks").child(i), pyramidChannels, segmentationChannels, doublings)
  );
  const drop = dropoutLayer(dropout, scope.prefix, "channel");

  return (features, forward) => {
    const [deepest, ...above] = features.slice(-DOUBLINGS.length).reverse();
    const pyramid = [top(deepest, forward)];
    laterals.forEach((layer, i) => {
      pyramid.push(tf.add(doubled(pyramid[i], interpolation, false), layer(above[i], forward)));
    });
    const maps = pyramid.map((map, i) => blocks[i](map, forward));
    const merged = mergePolicy === "cat" ? tf.concat(maps, 3) : maps.reduce((sum, map) => tf.add(sum, map));
    return drop(merged, forward);
  };
}
