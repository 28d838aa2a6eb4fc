import { createEncoder } from "../../encoders/create_encoder.ts";
import { segmentationHead } from "../../layers/segmentation_head.ts";
import { SegmentationModel } from "../../segmentation_model.ts";
import { PYTORCH_DEFAULT, Weights } from "../../weights.ts";
import type { CommonModelOptions } from "../model_options.ts";
import { deeplabv3Decoder } from "./decoder.ts";

/** Options of {@linkcode deeplabv3}. */
export interface DeepLabV3Options extends CommonModelOptions {
  /** Encoder stages, 3 to 5. Default 5. */
  encoderDepth?: number;
  /** Input pixels per pixel of the deepest map. Default 8. */
  encoderOutputStride?: 8 | 16;
  /** Channels of the decoder. Default 256. */
  decoderChannels?: number;
  /** Default `[12, 24, 36]`. */
  atrousRates?: readonly [number, number, number];
  /** Default `false`. */
  asppSeparable?: boolean;
  /** Default 0.5. */
  asppDropout?: number;
}

/** DeepLabV3, equal to segmentation_models.pytorch 0.6's `DeepLabV3`. */
export function deeplabv3(options: DeepLabV3Options): SegmentationModel {
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
