import type { DigestOptions } from "../io/file_digest.ts";
import type { BatchSource } from "../batches/batch_source.ts";
import type { Sample } from "../datasets/dataset.ts";
import { normalizeImage } from "../images/normalize.ts";
import type { Predictor } from "../nn/inference/predictor.ts";
import type { SegmentationModel } from "../nn/segmentation_model.ts";
import { stateDict } from "../nn/weights/state_dict.ts";
import { cellSignal } from "../io/cell_signal.ts";
import { createTask } from "../task/tasks.ts";
import { tf } from "../tensorflow/mod.ts";
import { isFinished, isValidated, smoothDice } from "./best_epoch.ts";
import { writeBestWeights } from "./best_weights.ts";
import { saveCheckpoint } from "./checkpoint.ts";
import { CheckpointError } from "./checkpoint_error.ts";
import { CheckpointPolicy } from "./checkpoint_policy.ts";
import { configHash, type TrainingConfig } from "./config.ts";
import type { LossFunction } from "./losses/custom_loss.ts";
import { gradientCheck } from "./losses/gradient_check.ts";
import { lossParameters } from "./losses/losses.ts";
import { chooseStep, chooseStepCompiler } from "./choose_step.ts";
import { hasEntry } from "../nn/algorithms/choose_entry.ts";
import { describeMachine, type Machine, recordedAlgorithms, roundsEqually, thisMachine } from "./machine.ts";
import { checkLoss } from "./non_finite_loss_error.ts";
import { explainStepError } from "./out_of_memory_error.ts";
import { prefetchBatches } from "./prefetch_batches.ts";
import { scoreClasses } from "../evaluate/class_scores.ts";
import type { SegmentationScores } from "../evaluate/metrics.ts";
import { EventLog } from "./tensorboard/event_log.ts";
import { resumeTraining } from "./resume.ts";
import { learningRateAt } from "./schedule.ts";
import { Trainer } from "./trainer.ts";
import { TrainingClock } from "./training_clock.ts";
import { describeProgress, planWork, type TrainingProgress } from "./training_progress.ts";
import { type EpochRecord, freshState, type TrainingSeconds, type TrainingState } from "./training_state.ts";

/** Options of {@linkcode fit}. */
export interface FitOptions extends DigestOptions {
  model: SegmentationModel;
  /** A trainer with the model and its compiled steps, if several runs share them. */
  trainer?: Trainer;
  config: TrainingConfig;
  /** The loss, where the configuration names a function. */
  customLoss?: LossFunction;
  batches: BatchSource;
  /**
   * Images that are scored after each epoch, or after the last one if the run ends with the weights of the last step.
   */
  validation: readonly Sample[];
  /**
   * Called at the end of the epochs that the configuration keeps, and of the last one, with the maps of the validation
   * images and a predictor with the same weights.
   */
  onEpoch?: (epoch: number, maps: Float32Array[], predictor: Predictor) => Promise<void>;
  /** Folder of the checkpoints and the best weights, from which an interrupted training continues. */
  folder?: string;
  /** Whether to write the curves into the folder while it trains, as events of TensorBoard. Default `false`. */
  tensorboard?: boolean;
  /**
   * Rejects if the files that `onEpoch` wrote for an epoch are missing or damaged. Training then continues from before
   * that epoch.
   */
  checkEpoch?: (epoch: number) => Promise<void>;
  /** Whether the last step is followed by a checkpoint, so that the training need not be repeated. Default `false`. */
  checkpointAtEnd?: boolean;
  /**
   * Called before a checkpoint or the best weights are written. It rejects if they may no longer be, as another process
   * trains in the folder now. That ends the training.
   */
  beforeSave?: () => Promise<void>;
  /**
   * Entry of the table of algorithms of convolutions for a new training; one that continues keeps its entry. Default: the
   * one of this machine.
   */
  algorithms?: string;
  onProgress?: (progress: TrainingProgress) => void;
  /** Called with warnings for the user, such as that of a damaged checkpoint. */
  onWarning?: (message: string) => void;
  /**
   * Stops after the current step or validation batch. With a folder, a checkpoint is written first.
   * Default: the notebook's Stop button.
   */
  signal?: AbortSignal;
}

/** The result of {@linkcode fit}. */
export interface FitResult {
  history: EpochRecord[];
  /** Loss of every step. */
  stepLosses: number[];
  /** Gradient norm of every step, if the configuration requests it. */
  gradientNorms: number[];
  best: TrainingState["best"];
  /** Every kind of machine that trained it, first to last. */
  machines: Machine[];
  /** Whether the signal stopped the training. */
  stopped: boolean;
  seconds: TrainingSeconds;
}

/**
 * Trains a model. While a step runs in TensorFlow, the next batch is prepared here. With a folder
 * it writes checkpoints, continues from the last one, and keeps the weights of the best epoch.
 *
 * @throws {NonFiniteLossError} if the loss overflows or is not a number.
 * @throws {ConfigError} if the gradient of a loss function is 0 in the first steps.
 * @throws {OutOfMemoryError} if a step does not fit into memory.
 * @throws {CheckpointError} if it continues a training whose algorithms the table lacks.
 */
export async function fit(options: FitOptions): Promise<FitResult> {
  const { model, config, batches, validation, folder, onProgress, onEpoch, signal = cellSignal() } = options;
  const hash = configHash(config, batches.dataset.fingerprint);
  const trainer = options.trainer ?? new Trainer(config, model);
  const { optimizer } = trainer;
  const task = createTask(config);
  const parameters = lossParameters(config.loss, config, task);
  try {
    const { state, hasTrained } = await startState(options, trainer, hash), machine = state.machines.at(-1)!;
    trainer.algorithms = machine.algorithms;
    const { predictor } = trainer, step = chooseStep(options, trainer, state, hasTrained);
    const clock = new TrainingClock(state.seconds), policy = new CheckpointPolicy(config.checkpointMinutes);
    const checkpoint = async () => {
      if (!folder) return;
      await options.beforeSave?.();
      await clock.measure("checkpoints", () => saveCheckpoint(folder, model, optimizer, state));
      policy.restart();
    };
    const images = validation.map(({ image }) => ({
      ...image,
      pixels: normalizeImage(image, config.normalization, batches.contrastFloor),
    }));
    const masks = validation.map(({ labels }) => task.targets(labels));
    const total = config.epochs * batches.length;
    // A training that continues has passed, unless it stopped after the first step.
    const checkGradient = options.customLoss && state.step < 2 ? gradientCheck(batches.length) : undefined;
    const work = planWork(config, total, images);
    const report = (phase: TrainingProgress["phase"]) => onProgress?.(describeProgress(phase, state, work));
    const schedule = {
      peak: config.learningRate,
      total,
      warmup: config.warmupSteps,
      schedule: config.schedule,
    };

    const learningRate = (step: number) => learningRateAt(step, schedule);
    using events = options.tensorboard && folder
      ? await EventLog.open(state, { folder, epochSteps: batches.length, learningRate })
      : undefined;

    if (machine.compiler && !isFinished(state, config)) report("compiling");
    while (!isFinished(state, config)) {
      const getBatch = prefetchBatches(batches, state.epoch);
      let next = await clock.measure("waiting", () => getBatch(state.position));
      while (next) {
        const { images, masks, ids } = next;
        const control = optimizer.control(state.step + 1, learningRate(state.step));
        // The seed of dropout.
        const seed = tf.tensor1d([config.seed, state.step], "int32");
        const start = performance.now();
        const running = step(images, masks, control, seed, parameters).catch((error) =>
          explainStepError(error, config)
        );
        const following = state.position + 1;
        let result: tf.Tensor1D;
        [result, next] = await clock.step(running, () => getBatch(following), start);
        const [loss, computedNorm, isFinite] = result.dataSync();
        const norm = config.gradientNorm ? computedNorm : undefined;
        tf.dispose([images, masks, control, seed, result]);
        checkLoss({ step: state.step + 1, loss, norm, ids, learningRate: config.learningRate });
        checkGradient?.(computedNorm, isFinite === 1);
        model.batchesTracked++;
        state.step++;
        state.position = following;
        state.losses.push(loss);
        state.stepLosses.push(loss);
        if (norm !== undefined) state.gradientNorms.push(norm);
        events?.writeStep(state.step, loss, norm);
        report("training");
        if (signal?.aborted) {
          tf.dispose(next ? [next.images, next.masks] : []);
          await checkpoint();
          return { ...toResult(state), stopped: true };
        }
        if (folder && policy.isDueAfterStep()) await checkpoint();
      }

      const epoch = state.epoch + 1;
      const last = config.selection === "last";
      let scores: SegmentationScores | null = null;
      if (isValidated(epoch, config)) {
        report("validation");
        try {
          const maps = await clock.measure("validation", () => predictor.predict(images, undefined, signal));
          const counts = maps.map((map, i) => task.count(map, masks[i], config.threshold));
          scores = scoreClasses(counts, task.scored, config.emptyMask).mean;
          if (onEpoch && (config.keepEpochs.includes(epoch) || epoch === config.epochs)) {
            await clock.measure("validation", () => onEpoch(epoch, maps, predictor));
          }
        } catch (error) {
          if (!signal?.aborted || error !== signal.reason) throw error;
          // When it continues, no step of this epoch is left, and it validates.
          await checkpoint();
          return { ...toResult(state), stopped: true };
        }
      }
      const smoothedDice = scores && !last ? smoothDice(state, scores.dice, config) : null;
      const record: EpochRecord = {
        epoch,
        loss: state.losses.reduce((sum, loss) => sum + loss, 0) / state.losses.length,
        learningRate: learningRate(state.step - 1),
        validation: scores,
        smoothedDice,
      };
      state.history.push(record);
      events?.writeEpoch(record);
      state.epoch++;
      state.position = 0;
      state.losses = [];
      if (last ? epoch === config.epochs : smoothedDice! > state.best.dice) {
        state.best = { dice: smoothedDice ?? scores!.dice, epoch };
        // The last weights are in the model and in the checkpoint.
        if (folder && !last) {
          await options.beforeSave?.();
          await clock.measure("checkpoints", () => writeBestWeights(folder, stateDict(model), { hash, epoch }));
        }
      }
      if (policy.isDueAfterEpoch()) await checkpoint();
      report("training");
    }
    if (options.checkpointAtEnd) await checkpoint();
    return { ...toResult(state), stopped: false };
  } finally {
    parameters.dispose();
    if (!options.trainer) trainer[Symbol.dispose]();
  }
}

/**
 * Returns the state of an interrupted training in the folder, and loads its weights, or the state of a new training; and
 * whether the last of its machines has trained already.
 */
async function startState(
  options: FitOptions,
  { optimizer }: Trainer,
  hash: string,
): Promise<{ state: TrainingState; hasTrained: boolean }> {
  const { folder, model, config, checkEpoch, acceptWithoutDigest, onWarning } = options;
  let state = freshState(hash);
  if (folder) {
    const found = await resumeTraining({ folder, model, optimizer, config, hash, checkEpoch, acceptWithoutDigest });
    if (found.state) state = found.state;
    for (const warning of found.warnings) onWarning?.(warning);
  }
  const before = state.machines.at(-1);
  const algorithms = before ? recordedAlgorithms(before) : options.algorithms ?? thisMachine().algorithms;
  if (before && !hasEntry(algorithms)) {
    throw new CheckpointError(
      `${folder}: this training began with the algorithms "${algorithms}", which the table lacks: add their entry to ` +
        "lib/nn/algorithms/algorithm_table.json, or delete the folder to start over",
    );
  }
  const machine: Machine = { ...thisMachine(), algorithms };
  if (chooseStepCompiler(options, machine, before) === "XLA") machine.compiler = "XLA";
  const hasTrained = before !== undefined && roundsEqually(before, machine);
  if (before && !hasTrained) {
    onWarning?.(
      `This training began with ${describeMachine(before)} and continues with ${
        describeMachine(machine)
      }, which rounds ` +
        "differently: its numbers will differ from those of an undisturbed run",
    );
  }
  if (hasTrained) before.algorithms = algorithms;
  else state.machines.push(machine);
  return { state, hasTrained };
}

function toResult(
  { history, stepLosses, gradientNorms, best, seconds, machines }: TrainingState,
): Omit<FitResult, "stopped"> {
  return { history, stepLosses, gradientNorms, best, seconds, machines };
}
