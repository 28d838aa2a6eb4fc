import type { tf } from "../runtime/mod.ts";
import type { ModelOptions } from "./create_model.ts";
import type { EncoderName } from "./encoders/encoder.ts";
import type { ForwardOptions, Layer } from "./layers/layer.ts";
import type { Weights } from "./weights.ts";

/** Architectures that `createModel` knows. */
export const ARCHITECTURES = ["unet", "deeplabv3", "deeplabv3plus", "pspnet"] as const;
/** An architecture's name. */
export type Architecture = typeof ARCHITECTURES[number];

/** What makes a {@linkcode SegmentationModel}. */
export interface SegmentationModelOptions {
  architecture: Architecture;
  encoder: EncoderName;
  inChannels: number;
  classes: number;
  weights: Weights;
  /** Height and width must be multiples of it. */
  divisor: number;
  forward: Layer;
}

/** A network that gives each pixel one logit per class. */
export class SegmentationModel {
  readonly architecture: Architecture;
  readonly encoder: EncoderName;
  readonly inChannels: number;
  readonly classes: number;
  readonly weights: Weights;
  readonly divisor: number;
  /** Training batches so far (PyTorch's `num_batches_tracked`). */
  batchesTracked = 0;
  /** What the model was made with; `createModel` builds the same from it. */
  options?: ModelOptions;
  readonly #forward: Layer;

  constructor(options: SegmentationModelOptions) {
    this.architecture = options.architecture;
    this.encoder = options.encoder;
    this.inChannels = options.inChannels;
    this.classes = options.classes;
    this.weights = options.weights;
    this.divisor = options.divisor;
    this.#forward = options.forward;
  }

  /** Draws fresh weights, as if just built with another seed. */
  reset(seed: number): void {
    this.weights.reset(seed);
    this.batchesTracked = 0;
    if (this.options) this.options = { ...this.options, seed };
  }

  /**
   * @param images `[batch, height, width, inChannels]`
   * @returns logits, `[batch, height, width, classes]`
   * @throws {RangeError} if the images have other channels or a size that the model cannot take.
   */
  forward(images: tf.Tensor4D, options: ForwardOptions = {}): tf.Tensor4D {
    const [, height, width, channels] = images.shape;
    if (channels !== this.inChannels) {
      throw new RangeError(`The model takes images of ${this.inChannels} channels, not ${channels}`);
    }
    this.checkSize(height, width);
    return this.#forward(images, options);
  }

  /** Throws unless the model takes images of that size; the message names the next size that works. */
  checkSize(height: number, width: number): void {
    const next = (side: number) => Math.max(1, Math.ceil(side / this.divisor)) * this.divisor;
    if (height % this.divisor === 0 && width % this.divisor === 0) return;
    throw new RangeError(
      `${this.architecture} takes sizes divisible by ${this.divisor}, not ${height} × ${width}: ` +
        `pad or resize to ${next(height)} × ${next(width)}`,
    );
  }

  /** Frees the weights. */
  dispose(): void {
    this.weights.dispose();
  }
}
