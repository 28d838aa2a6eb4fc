import type { TaskDefinition } from "../task/task.ts";
import { createTask, DEFAULT_TASK, type TaskName } from "../task/tasks.ts";
import type { tf } from "../tensorflow/mod.ts";
import type { CommonModelOptions } from "./architectures/model_options.ts";
import type { EncoderName } from "./encoders/encoders.ts";
import { type InputStatistics, standardizeInput } from "./input_statistics.ts";
import type { ForwardOptions, Layer } from "./layers/layer.ts";
import type { Weights } from "./weights/weight_scope.ts";
import { ImageError } from "../images/image.ts";

/** The parts of a {@linkcode SegmentationModel}. */
export interface SegmentationModelParts {
  /** The options that the model was built with; `createModel` builds an equal model from them. */
  options: CommonModelOptions;
  weights: Weights;
  /** Height and width of an image must be multiples of it. */
  divisor: number;
  forward: Layer;
}

/**
 * A network that gives each pixel one logit per class.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { createModel, tf } from "lib";
 *
 * const model = createModel({ architecture: "pspnet", encoder: "mobilenet_v2" });
 * const logits = tf.tidy(() => model.forward(tf.zeros([1, 64, 64, 3])));
 * assert.deepEqual(logits.shape, [1, 64, 64, 1]);
 * logits.dispose();
 * model.dispose();
 * ```
 */
export class SegmentationModel {
  /** The options that the model was built with; `createModel` builds an equal model from them. */
  options: CommonModelOptions;
  readonly weights: Weights;
  readonly divisor: number;
  /** Training batches so far (PyTorch's `num_batches_tracked`). */
  batchesTracked = 0;
  /**
   * Batches that a normalisation had seen before those of `batchesTracked`, by the name of its running variance; absent
   * for none. Pretrained encoders have some, also in stages that this model does not compute.
   */
  readonly earlierBatches = new Map<string, bigint>();
  readonly #forward: Layer;

  constructor({ options, weights, divisor, forward }: SegmentationModelParts) {
    this.options = options;
    this.weights = weights;
    this.divisor = divisor;
    this.#forward = forward;
  }

  /** The architecture's name. */
  get architecture(): string {
    return this.options.architecture;
  }

  /** The encoder's name. */
  get encoder(): EncoderName {
    return this.options.encoder;
  }

  /** Channels of the images. */
  get inChannels(): number {
    return this.options.inChannels;
  }

  /** The statistics by which it standardises the channels of its images. */
  get inputStatistics(): InputStatistics {
    return this.options.inputStatistics ?? "none";
  }

  /** Its task: see `TASKS`. */
  get task(): TaskName {
    return this.options.task ?? DEFAULT_TASK;
  }

  /** The definition of its task. */
  get taskDefinition(): TaskDefinition {
    return createTask(this.options);
  }

  /** Logits per pixel. */
  get classes(): number {
    return this.options.classes;
  }

  /** Draws fresh weights, as if the model had been built with another seed. */
  reset(seed: number): void {
    this.weights.reset(seed);
    this.batchesTracked = 0;
    this.earlierBatches.clear();
    this.options = { ...this.options, seed };
  }

  /**
   * @param images `[batch, height, width, inChannels]`, before {@linkcode inputStatistics}
   * @returns logits, `[batch, height, width, classes]`
   * @throws {ImageError} if the images have another number of channels or an unsupported size.
   */
  forward(images: tf.Tensor4D, options: ForwardOptions = {}): tf.Tensor4D {
    const [, height, width, channels] = images.shape;
    if (channels !== this.inChannels) {
      throw new ImageError(`The model takes images of ${this.inChannels} channels, not ${channels}`);
    }
    this.checkSize(height, width);
    return this.#forward(standardizeInput(images, this.inputStatistics), options);
  }

  /** Throws unless the model supports images of that size; the message names the next supported size. */
  checkSize(height: number, width: number): void {
    const next = (side: number) => Math.max(1, Math.ceil(side / this.divisor)) * this.divisor;
    if (height % this.divisor === 0 && width % this.divisor === 0) return;
    throw new ImageError(
      `${this.architecture} takes sizes divisible by ${this.divisor}, not ${height} × ${width}: ` +
        `pad or resize to ${next(height)} × ${next(width)}`,
    );
  }

  /** Frees the weights. */
  dispose(): void {
    this.weights.dispose();
  }
}
