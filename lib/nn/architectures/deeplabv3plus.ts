import { ENCODERS } from "../encoders/encoders.ts";
import { segmentationHead } from "../layers/segmentation_head.ts";
import { SegmentationModel } from "../segmentation_model.ts";
import { PYTORCH_DEFAULT, Weights } from "../weights/weight_scope.ts";
import type { ArchitectureDefinition } from "./architecture.ts";
import { type AtrousModelOptions, atrousOptions } from "./model_options.ts";
import { deeplabv3plusDecoder } from "../decoders/deeplabv3plus.ts";
import { OptionError } from "../../io/option_error.ts";

function build(options: AtrousModelOptions): SegmentationModel {
  const { encoder: name, inChannels, classes, seed, encoderDepth = 5, encoderOutputStride = 16 } = options;
  const { decoderChannels = 256, atrousRates = [12, 24, 36], asppSeparable = true, asppDropout = 0.5 } = options;
  if (encoderDepth < 3) throw new OptionError(`encoderDepth is ${encoderDepth}: DeepLabV3+ needs 3, 4 or 5`);
  const weights = new Weights(seed);
  const root = weights.scope();
  const encoder = ENCODERS[name].build(root.child("encoder"), {
    inChannels,
    depth: encoderDepth,
    outputStride: encoderOutputStride,
  });
  const decoder = deeplabv3plusDecoder(root.child("decoder"), encoder.channels, {
    inChannels: encoder.channels.at(-1)!,
    outChannels: decoderChannels,
    rates: atrousRates,
    separable: asppSeparable,
    dropout: asppDropout,
  }, encoderOutputStride === 16 && encoderDepth > 3 ? 4 : 2);
  const head = segmentationHead(root.child("segmentation_head"), {
    inChannels: decoderChannels,
    classes,
    side: 1,
    upsampling: 4,
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

/**
 * DeepLabV3+, equal to segmentation_models.pytorch 0.6's `DeepLabV3Plus`.
 *
 * @throws {OptionError} if the encoder is shallower than 3 stages.
 */
export const deeplabv3plus: ArchitectureDefinition<AtrousModelOptions> = {
  label: "DeepLabV3+",
  source: "Chen et al. 2018",
  relativeTime: 0.9,
  smp: { name: "DeepLabV3Plus" },
  options: atrousOptions,
  build,
};
