import { z } from "zod";
import { fpnDecoder, MERGE_POLICIES, type MergePolicy, NORM_GROUPS } from "../decoders/fpn.ts";
import { type Interpolation, INTERPOLATIONS } from "../decoders/unet.ts";
import { ENCODERS } from "../encoders/encoders.ts";
import { segmentationHead } from "../layers/segmentation_head.ts";
import { SegmentationModel } from "../segmentation_model.ts";
import { Weights } from "../weights/weight_scope.ts";
import type { ArchitectureDefinition } from "./architecture.ts";
import { channels, type CommonModelOptions, encoderDepth, refuseUnknown } from "./model_options.ts";
import { OptionError } from "../../io/option_error.ts";

/** Options of {@linkcode fpn}. */
export interface FpnOptions extends CommonModelOptions {
  /** Encoder stages, 3 to 5. Default 5. */
  encoderDepth?: number;
  /** Channels of the feature pyramid. Default 256. */
  pyramidChannels?: number;
  /** Channels of each map before merging, a multiple of 32. Default 128. */
  segmentationChannels?: number;
  /** How the maps are merged: added, or concatenated along channels. Default `"add"`. */
  mergePolicy?: MergePolicy;
  /** How the decoder upsamples maps. Default `"nearest"`. */
  decoderInterpolation?: Interpolation;
  /** Share of the channels that training drops. Default 0.2. */
  fpnDropout?: number;
}

function build(options: FpnOptions): SegmentationModel {
  const { encoder: name, inChannels, classes, seed, encoderDepth = 5 } = options;
  const { pyramidChannels = 256, segmentationChannels = 128, mergePolicy = "add" } = options;
  const { decoderInterpolation = "nearest", fpnDropout = 0.2 } = options;
  if (encoderDepth < 3) throw new OptionError(`encoderDepth is ${encoderDepth}: FPN needs 3, 4 or 5`);
  if (segmentationChannels % NORM_GROUPS !== 0) {
    throw new OptionError(`segmentationChannels is ${segmentationChannels}: give a multiple of ${NORM_GROUPS}`);
  }
  refuseUnknown("mergePolicy", mergePolicy, MERGE_POLICIES);
  refuseUnknown("decoderInterpolation", decoderInterpolation, INTERPOLATIONS);
  const weights = new Weights(seed);
  const root = weights.scope();
  const encoder = ENCODERS[name].build(root.child("encoder"), { inChannels, depth: encoderDepth });
  const decoder = fpnDecoder(root.child("decoder"), {
    encoderChannels: encoder.channels,
    pyramidChannels,
    segmentationChannels,
    mergePolicy,
    interpolation: decoderInterpolation,
    dropout: fpnDropout,
  });
  const head = segmentationHead(root.child("segmentation_head"), {
    inChannels: mergePolicy === "cat" ? 4 * segmentationChannels : segmentationChannels,
    classes,
    side: 1,
    // The largest map of the pyramid has a stride of 4 at depth 5.
    upsampling: 2 ** (encoderDepth - 3),
  });
  return new SegmentationModel({
    options,
    weights,
    divisor: 2 ** encoderDepth,
    forward: (x, forward) => head(decoder(encoder.forward(x, forward), forward), forward),
  });
}

/**
 * FPN, equal to segmentation_models.pytorch 0.6's `FPN`.
 *
 * @throws {OptionError} if the encoder is shallower than 3 stages, if `segmentationChannels` is not a multiple of 32,
 * or for an unknown option.
 */
export const fpn: ArchitectureDefinition<FpnOptions> = {
  label: "FPN",
  source: "Kirillov et al. 2017",
  relativeTime: 0.9,
  smp: { name: "FPN", upsampling: (encoderDepth) => 2 ** (encoderDepth - 3) },
  options: {
    encoderDepth,
    pyramidChannels: channels.optional(),
    segmentationChannels: channels.multipleOf(NORM_GROUPS).optional(),
    mergePolicy: z.enum(MERGE_POLICIES).optional(),
    decoderInterpolation: z.enum(INTERPOLATIONS).optional(),
    fpnDropout: z.number().min(0).lt(1).optional(),
  },
  build,
};
