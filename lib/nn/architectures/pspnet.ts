import { z } from "zod";
import { ENCODERS } from "../encoders/encoders.ts";
import { segmentationHead } from "../layers/segmentation_head.ts";
import { SegmentationModel } from "../segmentation_model.ts";
import { Weights } from "../weights/weight_scope.ts";
import type { ArchitectureDefinition } from "./architecture.ts";
import { channels, type CommonModelOptions, encoderDepth } from "./model_options.ts";
import { pspDecoder } from "../decoders/pspnet.ts";

/** Options of {@linkcode pspnet}. */
export interface PspnetOptions extends CommonModelOptions {
  /** Computed encoder stages; the logits are upsampled by 2^depth. Default 3. */
  encoderDepth?: number;
  /** Channels of the decoder. Default 512. */
  pspOutChannels?: number;
  /** Share of the channels that training drops. Default 0.2. */
  pspDropout?: number;
}

function build(options: PspnetOptions): SegmentationModel {
  const { encoder: name, inChannels, classes, seed, encoderDepth = 3, pspOutChannels = 512, pspDropout = 0.2 } =
    options;
  const weights = new Weights(seed);
  const root = weights.scope();
  const encoder = ENCODERS[name].build(root.child("encoder"), { inChannels, depth: encoderDepth });
  const decoder = pspDecoder(root.child("decoder"), {
    inChannels: encoder.channels.at(-1)!,
    outChannels: pspOutChannels,
    dropout: pspDropout,
  });
  const head = segmentationHead(root.child("segmentation_head"), {
    inChannels: pspOutChannels,
    classes,
    side: 3,
    upsampling: 2 ** encoderDepth,
  });
  return new SegmentationModel({
    options,
    weights,
    divisor: 2 ** encoderDepth,
    forward: (x, forward) => head(decoder(encoder.forward(x, forward), forward), forward),
  });
}

/**
 * PSPNet, equal to segmentation_models.pytorch 0.6's `PSPNet`. The encoder's stages beyond its depth are part of the
 * model and of its file, but they are not computed.
 */
export const pspnet: ArchitectureDefinition<PspnetOptions> = {
  label: "PSPNet",
  source: "Zhao et al. 2017",
  relativeTime: 0.3,
  smp: { name: "PSPNet", upsampling: (encoderDepth) => 2 ** encoderDepth },
  options: {
    encoderDepth,
    pspOutChannels: channels.optional(),
    pspDropout: z.number().min(0).lt(1).optional(),
  },
  build,
};
