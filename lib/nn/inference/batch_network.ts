import { type NumberType, OneDnnError } from "../../onednn/mod.ts";
import { compile, type Precision, tf } from "../../tensorflow/mod.ts";
import { predictsInSequence } from "../algorithms/choose_algorithm.ts";
import { findEntry } from "../algorithms/choose_entry.ts";
import { withAlgorithms } from "../algorithms/current_entry.ts";
import { Engine } from "../engine/engine.ts";
import { activate } from "../ops/activate.ts";
import type { SegmentationModel } from "../segmentation_model.ts";
import { FoldedWeights } from "./folded_weights.ts";

/**
 * What computes maps. `oneDNN`: its primitives, called directly, which is faster. It rounds otherwise than a training
 * does. TensorFlow takes its place where it cannot compute (for example on a GPU, and for the ops of EfficientNet and
 * FPN), and for weights that are not `frozen`. `TensorFlow`: the ops with which a training scores its maps.
 */
export type PredictionEngine = "oneDNN" | "TensorFlow";

/** Options of {@linkcode BatchNetwork}: see `PredictorOptions`. */
export interface BatchNetworkOptions {
  precision: Precision;
  frozen: boolean;
  engine: PredictionEngine;
  algorithms: string;
  keepSizes: number;
}

/** The type of the engine's maps, by precision. TensorFlow computes with the others. */
const ENGINE_TYPES: Partial<Record<Precision, NumberType>> = {
  float32: "float32",
  mixed: "bfloat16",
  "mixed-bfloat16": "bfloat16",
};

/** A network with its activation, for batches of images. It follows the model's weights. Dispose of it after use. */
export class BatchNetwork {
  readonly #model: SegmentationModel;
  readonly #frozen: boolean;
  readonly #keepSizes: number;
  /** Number of writes of the weights for which the rest was made. */
  #writes = NaN;
  /** Whether the entry of the table of algorithms has Winograd's method for predictions. */
  readonly #winograd: boolean;
  /** Type of the engine's maps; `undefined` if TensorFlow computes. */
  #engineType?: NumberType;
  #engine?: Engine;
  readonly #step;
  /** Created when TensorFlow computes first, since it takes memory. */
  #folded?: FoldedWeights;

  constructor(model: SegmentationModel, { precision, frozen, engine, algorithms, keepSizes }: BatchNetworkOptions) {
    this.#model = model;
    this.#frozen = frozen;
    this.#keepSizes = keepSizes;
    const isDirect = engine === "oneDNN" && frozen;
    this.#engineType = isDirect ? ENGINE_TYPES[precision] : undefined;
    const entry = findEntry(algorithms);
    this.#winograd = entry.rules.inference.some(({ algorithm }) => algorithm !== "product");
    this.#step = compile((images: tf.Tensor4D) => {
      const logits = withAlgorithms(
        { entry, inference: true },
        () => model.forward(this.#coloured(images), { folded: this.#folded }),
      );
      return this.#activated(logits);
    }, {
      name: "predict",
      precision,
      fuse: true,
      frozen,
      maxSignatures: keepSizes,
      sequential: predictsInSequence(entry, precision),
    });
  }

  /** Takes over the model's weights, if they have changed since the last time. */
  prepare(): void {
    const { writes } = this.#model.weights;
    if (writes === this.#writes) return;
    this.#freeEngine();
    const type = this.#engineType, winograd = this.#winograd, keepSizes = this.#keepSizes;
    this.#engine = type && Engine.of(this.#model, { type, winograd, keepSizes });
    if (!this.#engine) {
      this.#engineType = undefined;
      this.#prepareStep();
    }
    this.#writes = writes;
  }

  #prepareStep(): void {
    // A frozen step has the weights of the time of its trace.
    if (this.#frozen) this.#step.dispose();
    if (this.#folded) this.#folded.refresh();
    else this.#folded = new FoldedWeights(this.#model.weights);
  }

  #freeEngine(): void {
    this.#engine?.[Symbol.dispose]();
    this.#engine = undefined;
  }

  /** Gives a grey image as many channels as the model takes. */
  #coloured(images: tf.Tensor4D): tf.Tensor4D {
    const { inChannels } = this.#model;
    return images.shape[3] === 1 && inChannels > 1 ? tf.tile(images, [1, 1, 1, inChannels]) : images;
  }

  #activated(logits: tf.Tensor4D): tf.Tensor4D {
    // The difference is 0, and NaN for an infinite logit, whose activation would look like a probability.
    return tf.add(activate(this.#model.taskDefinition.activation, logits), tf.sub(logits, logits));
  }

  /**
   * Computes the probabilities of a batch.
   *
   * @param images `[batch, height, width, channels]`
   * @returns `[batch, height, width, classes]`; NaN where a logit is infinite or NaN
   */
  async forward(images: tf.Tensor4D): Promise<tf.Tensor4D> {
    const engine = this.#engine, { classes, inChannels } = this.#model, [batch, height, width, channels] = images.shape;
    // With another number of channels, the model says what it takes.
    const isTaken = channels === inChannels || channels === 1;
    if (!engine || !isTaken) return await this.#step(images);
    const coloured = this.#coloured(images), pixels = coloured.dataSync() as Float32Array;
    if (coloured !== images) coloured.dispose();
    try {
      const logits = await engine.logits(pixels, [batch, height, width, inChannels]);
      return tf.tidy(() => this.#activated(tf.tensor4d(logits, [batch, height, width, classes])));
    } catch (error) {
      if (!(error instanceof OneDnnError)) throw error;
      // oneDNN has no kernel for this processor or this size, or failed. A batch beside this one may have noticed it first.
      if (this.#engine === engine) {
        this.#engineType = undefined;
        this.#freeEngine();
        this.#prepareStep();
      }
      return await this.#step(images);
    }
  }

  /** What computes the next batch, once the weights are taken over. */
  get computedBy(): PredictionEngine {
    return this.#engine ? "oneDNN" : "TensorFlow";
  }

  /** Number of sizes that are compiled. */
  get compiledSizes(): number {
    return this.#engine?.sizes ?? this.#step.traces;
  }

  /** Frees all but the model. */
  dispose(): void {
    this.#freeEngine();
    this.#step.dispose();
    this.#folded?.dispose();
  }
}
