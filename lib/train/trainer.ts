import { machineEntry } from "../nn/algorithms/current_entry.ts";
import { createModel } from "../nn/create_model.ts";
import { Predictor } from "../nn/inference/predictor.ts";
import type { SegmentationModel } from "../nn/segmentation_model.ts";
import type { TrainingConfig } from "./config.ts";
import type { LossFunction } from "./losses/custom_loss.ts";
import { Optimizer } from "./optimizers.ts";
import type { StepCompiler } from "./step_compiler.ts";
import { trainingStep } from "./training_step.ts";

type Step = ReturnType<typeof trainingStep>;

/** The options that must be equal for runs to share a trainer. */
const POOLED = [
  "task",
  "classNames",
  "borderWidth",
  "architecture",
  "encoder",
  "inChannels",
  "inputStatistics",
  "optimizer",
  "weightDecay",
  "precision",
] as const satisfies readonly (keyof TrainingConfig)[];

/**
 * A model with its optimiser and its compiled steps. Runs that differ only in learning rate, loss parameters, data or
 * seed can share it in turn, so that steps are compiled once.
 */
export class Trainer implements Disposable {
  readonly model: SegmentationModel;
  readonly optimizer: Optimizer;
  #predictor: Predictor;
  #algorithms = machineEntry();
  readonly #precision: TrainingConfig["precision"];
  readonly #steps = new Map<string, Step>();
  readonly #ownsModel: boolean;

  /** @param model model to train, owned by the caller. Default: a new one, which the trainer owns */
  constructor(config: TrainingConfig, model?: SegmentationModel) {
    this.#ownsModel = model === undefined;
    this.model = model ?? createModel(config);
    const { optimizer: name, weightDecay, precision } = config;
    this.optimizer = new Optimizer(this.model.weights.trainable(), { name, weightDecay, precision });
    this.#precision = precision;
    this.#predictor = new Predictor(this.model, { precision, frozen: false });
  }

  /** Predicts with the current weights. */
  get predictor(): Predictor {
    return this.#predictor;
  }

  /** Entry of the table of algorithms that its steps and its predictor use; at first the one of this machine. */
  get algorithms(): string {
    return this.#algorithms;
  }

  set algorithms(entry: string) {
    if (entry === this.#algorithms) return;
    this.#algorithms = entry;
    this.#freeSteps();
    this.#predictor = new Predictor(this.model, { precision: this.#precision, frozen: false, algorithms: entry });
  }

  /** Returns a key that is equal for the runs that can share a trainer. */
  static poolKey(config: TrainingConfig): string {
    return JSON.stringify(POOLED.map((option) => config[option]));
  }

  /**
   * Returns the compiled step for a configuration's loss.
   *
   * @param customLoss the function, if the loss is a function
   * @param compiler what runs the step. Default: TensorFlow
   */
  getStep(
    { loss, precision, gradientNorm }: TrainingConfig,
    customLoss?: LossFunction,
    compiler: StepCompiler = "TensorFlow",
  ): Step {
    const key = `${loss} ${gradientNorm} ${compiler}`;
    let step = this.#steps.get(key);
    if (!step) {
      step = trainingStep(this.model, this.optimizer, {
        loss,
        precision,
        gradientNorm,
        customLoss,
        algorithms: this.#algorithms,
        compiler,
      });
      this.#steps.set(key, step);
    }
    return step;
  }

  /** Resets the weights and the optimiser, as if just built with this seed. */
  reset(seed: number): void {
    this.model.reset(seed);
    this.optimizer.reset();
  }

  #freeSteps(): void {
    for (const step of this.#steps.values()) step.dispose();
    this.#steps.clear();
    this.#predictor.dispose();
  }

  [Symbol.dispose](): void {
    this.#freeSteps();
    this.optimizer.dispose();
    if (this.#ownsModel) this.model.dispose();
  }
}

/** A cache of at most `size` trainers for the runs of a study, from which the least recently used is removed. */
export class TrainerPool implements Disposable {
  readonly #trainers = new Map<string, Trainer>();

  constructor(readonly size = 4) {}

  /** Returns a trainer for this configuration, with fresh weights. */
  take(config: TrainingConfig): Trainer {
    const key = Trainer.poolKey(config);
    let trainer = this.#trainers.get(key);
    if (trainer) {
      this.#trainers.delete(key);
      trainer.reset(config.seed);
    } else {
      while (this.#trainers.size >= this.size) {
        const [oldest, old] = this.#trainers.entries().next().value!;
        this.#trainers.delete(oldest);
        old[Symbol.dispose]();
      }
      trainer = new Trainer(config);
    }
    this.#trainers.set(key, trainer);
    return trainer;
  }

  [Symbol.dispose](): void {
    for (const trainer of this.#trainers.values()) trainer[Symbol.dispose]();
    this.#trainers.clear();
  }
}
