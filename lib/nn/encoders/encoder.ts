import type { tf } from "../../runtime/mod.ts";
import type { ForwardOptions } from "../layers/layer.ts";

/** Encoders that `createModel` knows. */
export const ENCODERS = ["resnet18", "resnet34", "resnet50", "mobilenet_v2"] as const;
/** An encoder's name, as segmentation_models.pytorch writes it. */
export type EncoderName = typeof ENCODERS[number];

/** How a model wants its encoder. */
export interface EncoderOptions {
  inChannels: number;
  /** Stages to compute, 1 to 5: the last one has stride 2^depth. */
  depth: number;
  /** Input pixels per pixel of the last stage; 8 and 16 put dilation in the place of strides. Default 32. */
  outputStride?: 8 | 16 | 32;
}

/** A classification network's convolutions, as a pyramid of feature maps. */
export interface Encoder {
  /** Channels of each feature map, the input's first. */
  readonly channels: readonly number[];
  /** `[batch, height, width, inChannels]` to depth + 1 feature maps: the input, then strides 2, 4, … */
  forward(x: tf.Tensor4D, options: ForwardOptions): tf.Tensor4D[];
}
