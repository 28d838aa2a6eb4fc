import { z } from "zod";
import { ENCODERS } from "../encoders/encoders.ts";
import { segmentationHead } from "../layers/segmentation_head.ts";
import { SegmentationModel } from "../segmentation_model.ts";
import { Weights } from "../weights/weight_scope.ts";
import type { ArchitectureDefinition } from "./architecture.ts";
import { channels, type CommonModelOptions, encoderDepth, refuseUnknown } from "./model_options.ts";
import { type Interpolation, INTERPOLATIONS, unetDecoder } from "../decoders/unet.ts";
import { OptionError } from "../../io/option_error.ts";

/** Options of {@linkcode unet}. */
export interface UnetOptions extends CommonModelOptions {
  /** Encoder stages, 1 to 5. Default 5. */
  encoderDepth?: number;
  /** Channels of each decoder block, one per encoder stage. Default `[256, 128, 64, 32, 16]`. */
  decoderChannels?: readonly number[];
  /** How the decoder upsamples maps. Default `"nearest"`. */
  decoderInterpolation?: Interpolation;
  /** `"scse"` weights channels and pixels (Roy et al. 2018). Default: no attention. */
  decoderAttention?: "scse";
}

function build(options: UnetOptions): SegmentationModel {
  const { encoder: name, inChannels, classes, seed, encoderDepth = 5 } = options;
  const decoderChannels = options.decoderChannels ?? [256, 128, 64, 32, 16];
  if (decoderChannels.length !== encoderDepth) {
    throw new OptionError(
      `decoderChannels has ${decoderChannels.length} entries for an encoder of depth ${encoderDepth}: give one per stage`,
    );
  }
  const { decoderInterpolation = "nearest", decoderAttention } = options;
  refuseUnknown("decoderInterpolation", decoderInterpolation, INTERPOLATIONS);
  if (decoderAttention !== undefined && decoderAttention !== "scse") {
    throw new OptionError(`There is no decoderAttention "${decoderAttention}": choose scse or leave it out`);
  }
  const weights = new Weights(seed);
  const root = weights.scope();
  const encoder = ENCODERS[name].build(root.child("encoder"), { inChannels, depth: encoderDepth });
  const decoder = unetDecoder(root.child("decoder"), {
    encoderChannels: encoder.channels,
    decoderChannels,
    interpolation: decoderInterpolation,
    attention: decoderAttention,
  });
  const head = segmentationHead(root.child("segmentation_head"), {
    inChannels: decoderChannels.at(-1)!,
    classes,
    side: 3,
  });
  return new SegmentationModel({
    options,
    weights,
    divisor: 1,
    forward: (x, forward) => head(decoder(encoder.forward(x, forward), forward), forward),
  });
}

/**
 * U-Net, equal to segmentation_models.pytorch 0.6's `Unet`. It takes images of any size that its encoder takes: at
 * least 32 × 32 pixels with EfficientNet-B0, at least 2 × 2 with the other encoders.
 *
 * @throws {OptionError} if the decoder does not have one block per encoder stage, or for an unknown option.
 */
export const unet: ArchitectureDefinition<UnetOptions> = {
  label: "UNet",
  source: "Ronneberger et al. 2015",
  relativeTime: 1,
  smp: { name: "Unet" },
  options: {
    encoderDepth,
    decoderChannels: z.array(channels).optional(),
    decoderInterpolation: z.enum(INTERPOLATIONS).optional(),
    decoderAttention: z.literal("scse").optional(),
  },
  build,
};
