import type { EncoderName } from "../encoders/encoder.ts";

/** What every architecture is told. */
export interface CommonModelOptions {
  encoder: EncoderName;
  /** Channels of the image. */
  inChannels: number;
  /** Logits per pixel. */
  classes: number;
  /** Draws the fresh weights. */
  seed: number;
}

/** What both DeepLabs are told besides. */
export interface AtrousModelOptions extends CommonModelOptions {
  /** Encoder stages, 3 to 5. Default 5. */
  encoderDepth?: number;
  /** Input pixels per pixel of the deepest map. Default 8 for DeepLabV3, 16 for DeepLabV3+. */
  encoderOutputStride?: 8 | 16;
  /** Channels of the decoder. Default 256. */
  decoderChannels?: number;
  /** Default `[12, 24, 36]`. */
  atrousRates?: readonly [number, number, number];
  /** Whether the dilated convolutions are separable. Default `false` for DeepLabV3, `true` for DeepLabV3+. */
  asppSeparable?: boolean;
  /** Share of the elements that training drops. Default 0.5. */
  asppDropout?: number;
}
