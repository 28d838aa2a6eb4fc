import { createEncoder } from "../../encoders/create_encoder.ts";
import { segmentationHead } from "../../layers/segmentation_head.ts";
import { SegmentationModel } from "../../segmentation_model.ts";
import { PYTORCH_DEFAULT, Weights } from "../../weights.ts";
import type { AtrousModelOptions } from "../model_options.ts";
import { deeplabv3Decoder } from "./decoder.ts";

/** DeepLabV3, equal to segmentation_models.pytorch 0.6's `DeepLabV3`. */
export function deeplabv3(options: AtrousModelOptions): SegmentationModel {
  const { encoder: name, inChannels, classes, seed, encoderDepth = 5, encoderOutputStride = 8 } = options;
  const { decoderChannels = 256, atrousRates = [12, 24, 36], asppSeparable = false, asppDropout = 0.5 } = options;
  const weights = new Weights(seed);
  const root = weights.scope();
  const encoder = createEncoder(root.child("encoder"), name, {
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
    architecture: "deeplabv3",
    encoder: name,
    inChannels,
    classes,
    weights,
    divisor: Math.min(encoderOutputStride, 2 ** encoderDepth),
    forward: (x, forward) => head(decoder(encoder.forward(x, forward), forward), forward),
  });
}
