import { ENCODERS } from "../encoders/encoders.ts";
import { segmentationHead } from "../layers/segmentation_head.ts";
import { SegmentationModel } from "../segmentation_model.ts";
import { PYTORCH_DEFAULT, Weights } from "../weights/weight_scope.ts";
import type { ArchitectureDefinition } from "./architecture.ts";
import { type AtrousModelOptions, atrousOptions } from "./model_options.ts";
import { deeplabv3Decoder } from "../decoders/deeplabv3.ts";

function build(options: AtrousModelOptions): SegmentationModel {
  const { encoder: name, inChannels, classes, seed, encoderDepth = 5, encoderOutputStride = 8 } = options;
  const { decoderChannels = 256, atrousRates = [12, 24, 36], asppSeparable = false, asppDropout = 0.5 } = options;
  const weights = new Weights(seed);
  const root = weights.scope();
  const encoder = ENCODERS[name].build(root.child("encoder"), {
    inChannels,
    depth: encoderDepth,
    outputStride: encoderOutputStride,
  });
  const decoder = deeplabv3Decoder(root.child("decoder"), {
    inChannels: encoder.channels.at(-1)!,
    outChannels: decoderChannels,
    rates: atrousRates,
    separable: asppSeparable,
    dropout: asppDropout,
  });
  const upsampling = encoderDepth <= 3 ? 2 ** encoderDepth : encoderOutputStride;
  const head = segmentationHead(root.child("segmentation_head"), {
    inChannels: decoderChannels,
    classes,
    side: 1,
    upsampling,
    initializer: PYTORCH_DEFAULT,
    bias: { kind: "uniform", bound: 1 / Math.sqrt(decoderChannels) },
  });
  return new SegmentationModel({
    options,
    weights,
    divisor: Math.min(encoderOutputStride, 2 ** encoderDepth),
    forward: (x, forward) => head(decoder(encoder.forward(x, forward), forward), forward),
  });
}

/** DeepLabV3, equal to segmentation_models.pytorch 0.6's `DeepLabV3`. */
export const deeplabv3: ArchitectureDefinition<AtrousModelOptions> = {
  label: "DeepLabV3",
  source: "Chen et al. 2017",
  relativeTime: 1.9,
  smp: { name: "DeepLabV3" },
  options: atrousOptions,
  build,
};
