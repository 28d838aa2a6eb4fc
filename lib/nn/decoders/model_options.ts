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
