import type { DigestOptions } from "../io/file_digest.ts";
import type { BatchSource } from "../batches/batch_source.ts";
import type { Batch } from "../batches/cut_batch.ts";
import type { Sample } from "../datasets/dataset.ts";
import { foreground } from "../images/foreground.ts";
import { normalizeImage } from "../images/normalize.ts";
import type { Predictor } from "../nn/inference/predictor.ts";
import type { SegmentationModel } from "../nn/segmentation_model.ts";
import { stateDict } from "../nn/weights/state_dict.ts";
import { cellSignal } from "../io/cell_signal.ts";
import { tf } from "../tensorflow/mod.ts";
import { writeBestWeights } from "./best_weights.ts";
import { saveCheckpoint } from "./checkpoint.ts";
import { configHash, type TrainingConfig } from "./config.ts";
import type { LossFunction } from "./losses/custom_loss.ts";
import { lossParameters } from "./losses/losses.ts";
import { describeMachine, type Machine, roundsAlike, thisMachine } from "./machine.ts";
import { countPixels, scoreImages, type SegmentationScores } from "../evaluate/metrics.ts";
import { resumeTraining } from "./resume.ts";
import { learningRateAt } from "./schedule.ts";
import { Trainer } from "./trainer.ts";
import { uploadBatch } from "../batches/upload_batch.ts";
import { type EpochRecord, freshState, type TrainingSeconds, type TrainingState } from "./training_state.ts";

/**
 * Thrown when the loss is no longer a number; the message names the batch's images.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { generateDataset, NonFiniteLossError, tf, train } from "lib";
 *
 * const small = { architecture: "pspnet", encoder: "mobilenet_v2", cropSize: 32, epochs: 1, folds: 2, batchSize: 2 } as const;
 * const infinite = (logits: tf.Tensor): tf.Scalar => tf.div(tf.sum(logits), 0);
 * const results = await Deno.makeTempDir();
 * const dataset = await generateDataset({ count: 4, size: 32 });
 * await assert.rejects(train({ ...small, loss: infinite }, dataset, { results }), NonFiniteLossError);
 * await Deno.remove(results, { recursive: true });
 * ```
 */
export class NonFiniteLossError extends Error {
  override readonly name = "NonFiniteLossError";
}

/** What {@linkcode fit} tells while it works. */
export interface TrainingProgress {
  phase: "training" | "validation";
  /** Counts from 1. */
  epoch: number;
  epochs: number;
  /** Steps done, of all. */
  step: number;
  steps: number;
  /** Loss of the last step. */
  loss: number;
  history: readonly EpochRecord[];
}

/** Options of {@linkcode fit}. */
export interface FitOptions extends DigestOptions {
  model: SegmentationModel;
  /** With the model's compiled steps, where several runs share them; its model is this one. */
  trainer?: Trainer;
  config: TrainingConfig;
  /** The loss, where the configuration names a function. */
  customLoss?: LossFunction;
  batches: BatchSource;
  /** Images that are scored after each epoch, or, where the last step's weights are taken, after the last one. */
  validation: readonly Sample[];
  /**
   * Called at the end of the epochs that the configuration keeps, and of the last one, with the maps of the validation
   * images and with what predicts others by the same weights.
   */
  onEpoch?: (epoch: number, maps: Float32Array[], predictor: Predictor) => Promise<void>;
  /** Where checkpoints and the best weights go, and where an interrupted training is continued. */
  folder?: string;
  /** Rejects where what `onEpoch` wrote of an epoch is missing or damaged: training then goes on from before it. */
  checkEpoch?: (epoch: number) => Promise<void>;
  onProgress?: (progress: TrainingProgress) => void;
  /** Called with what the user should know, such as a damaged checkpoint. */
  onWarning?: (message: string) => void;
  /**
   * Stops after the step or the validation batch that is under way; with a folder, a checkpoint is written first.
   * Default: the notebook's Stop button.
   */
  signal?: AbortSignal;
}

/** What {@linkcode fit} returns. */
export interface FitResult {
  history: EpochRecord[];
  /** Loss of every step. */
  stepLosses: number[];
  /** Norm of every step's gradient, where the configuration asks for it. */
  gradientNorms: number[];
  best: TrainingState["best"];
  /** Every kind of machine that it was trained on, first to last. */
  machines: Machine[];
  /** Whether the signal stopped it before its end. */
  stopped: boolean;
  seconds: TrainingSeconds;
}

/**
 * Trains a model. While a step runs in TensorFlow, the next batch is prepared here. With a folder
 * it writes checkpoints, continues from the last one, and keeps the weights of the best epoch.
 *
 * @throws {NonFiniteLossError} if the loss overflows or is not a number.
 */
export async function fit(options: FitOptions): Promise<FitResult> {
  const { model, config, batches, validation, folder, onProgress, onWarning, onEpoch, signal = cellSignal() } = options;
  const hash = configHash(config, batches.dataset.fingerprint);
  const trainer = options.trainer ?? new Trainer(config, model);
  const { optimizer, predictor } = trainer;
  const step = trainer.getStep(config, options.customLoss);
  const parameters = lossParameters(config.loss, config);
  let state = freshState(hash);
  const clock = async <T>(name: keyof TrainingSeconds, work: () => T | Promise<T>): Promise<T> => {
    const start = performance.now();
    try {
      return await work();
    } finally {
      state.seconds[name] += (performance.now() - start) / 1000;
    }
  };
  try {
    if (folder) {
      const { checkEpoch, acceptWithoutDigest } = options;
      const found = await resumeTraining({ folder, model, optimizer, config, hash, checkEpoch, acceptWithoutDigest });
      if (found.state) state = found.state;
      for (const warning of found.warnings) onWarning?.(warning);
    }
    const { seconds } = state;
    const machine = thisMachine(), before = state.machines.at(-1);
    if (before && !roundsAlike(before, machine)) {
      onWarning?.(
        `This training began with ${describeMachine(before)} and goes on with ${
          describeMachine(machine)
        }, which rounds ` +
          "otherwise: its numbers will differ from those of an undisturbed run",
      );
    }
    if (!before || !roundsAlike(before, machine)) state.machines.push(machine);
    const checkpoint = () =>
      folder ? clock("checkpoints", () => saveCheckpoint(folder, model, optimizer, state)) : undefined;
    const images = validation.map(({ image }) => ({
      ...image,
      pixels: normalizeImage(image, config.normalization, batches.contrastFloor),
    }));
    const masks = validation.map(({ labels }) => foreground(labels));
    const total = config.epochs * batches.length;
    const report = (phase: TrainingProgress["phase"]) =>
      onProgress?.({
        phase,
        epoch: Math.min(state.epoch + 1, config.epochs),
        epochs: config.epochs,
        step: state.step,
        steps: total,
        loss: state.stepLosses.at(-1) ?? NaN,
        history: state.history,
      });
    const schedule = {
      peak: config.learningRate,
      total,
      warmup: config.warmupSteps,
      schedule: config.schedule,
    };
    let lastCheckpoint = Date.now();
    let measured = 0, shortest = Infinity;
    const finished = () => {
      const since = state.history.length - state.best.epoch;
      return state.epoch >= config.epochs || (config.patience > 0 && state.best.epoch > 0 && since >= config.patience);
    };

    while (!finished()) {
      const ahead = new Map<number, Promise<Batch>>();
      const ask = async (position: number) => {
        if (position >= batches.length) return undefined;
        // Workers are kept busy with what comes after; without them, only this batch is made, here.
        const last = Math.min(batches.length - 1, position + 2 * (batches.options.workers ?? 0));
        for (let p = position; p <= last; p++) if (!ahead.has(p)) ahead.set(p, batches.request(state.epoch, p));
        const batch = ahead.get(position)!;
        ahead.delete(position);
        return uploadBatch(await batch);
      };
      let next = await clock("waiting", () => ask(state.position));
      while (next) {
        const { images, masks, ids } = next;
        const learningRate = learningRateAt(state.step, schedule);
        const control = optimizer.control(state.step + 1, learningRate);
        // Dropout draws from it.
        const seed = tf.tensor1d([config.seed, state.step], "int32");
        const start = performance.now();
        const running = step(images, masks, control, seed, parameters);
        const following = state.position + 1;
        let result: tf.Tensor1D;
        if (measured < 3) {
          // A few steps alone, to know how long one takes.
          result = await running;
          shortest = Math.min(shortest, performance.now() - start);
          seconds.steps += (performance.now() - start) / 1000;
          next = await clock("waiting", () => ask(following));
          measured++;
        } else {
          // TensorFlow works on its own threads meanwhile; what takes longer than a step is waiting.
          next = await ask(following);
          const waited = Math.max(0, performance.now() - start - shortest) / 1000;
          result = await running;
          seconds.waiting += waited;
          seconds.steps += (performance.now() - start) / 1000 - waited;
        }
        const [loss, norm] = result.dataSync();
        tf.dispose([images, masks, control, seed, result]);
        if (!Number.isFinite(loss + (norm ?? 0))) {
          throw new NonFiniteLossError(
            `The loss is ${loss}${norm === undefined ? "" : ` and its gradient's norm ${norm}`} at step ${
              state.step + 1
            }, on ${ids.join(", ")}: look at these images, or lower learningRate (${config.learningRate})`,
          );
        }
        model.batchesTracked++;
        state.step++;
        state.position = following;
        state.losses.push(loss);
        state.stepLosses.push(loss);
        if (norm !== undefined) state.gradientNorms.push(norm);
        report("training");
        if (signal?.aborted) {
          tf.dispose(next ? [next.images, next.masks] : []);
          await checkpoint();
          return { ...toResult(state), stopped: true };
        }
        if (folder && Date.now() - lastCheckpoint > config.checkpointMinutes * 60_000) {
          await checkpoint();
          lastCheckpoint = Date.now();
        }
      }

      const epoch = state.epoch + 1;
      const last = config.selection === "last";
      let scores: SegmentationScores | null = null, smoothedDice: number | null = null;
      if (!last || epoch === config.epochs || config.keepEpochs.includes(epoch)) {
        report("validation");
        try {
          const maps = await clock("validation", () => predictor.predict(images, undefined, signal));
          scores = scoreImages(maps.map((map, i) => countPixels(map, masks[i], config.threshold)), config.emptyMask);
          if (onEpoch && (config.keepEpochs.includes(epoch) || epoch === config.epochs)) {
            await clock("validation", () => onEpoch(epoch, maps, predictor));
          }
        } catch (error) {
          if (!signal?.aborted || error !== signal.reason) throw error;
          // Continued, it has no step left to do in this epoch, and validates.
          await checkpoint();
          return { ...toResult(state), stopped: true };
        }
      }
      if (scores && !last) {
        const previous = state.history.at(-1)?.smoothedDice;
        smoothedDice = typeof previous === "number"
          ? config.smoothing * previous + (1 - config.smoothing) * scores.dice
          : scores.dice;
      }
      state.history.push({
        epoch,
        loss: state.losses.reduce((sum, loss) => sum + loss, 0) / state.losses.length,
        learningRate: learningRateAt(state.step - 1, schedule),
        validation: scores,
        smoothedDice,
      });
      state.epoch++;
      state.position = 0;
      state.losses = [];
      if (last ? epoch === config.epochs : smoothedDice! > state.best.dice) {
        state.best = { dice: smoothedDice ?? scores!.dice, epoch };
        // The last weights are the model's own, and in the checkpoint.
        if (folder && !last) {
          await clock("checkpoints", () => writeBestWeights(folder, stateDict(model), { hash, epoch }));
        }
      }
      // Short epochs share a checkpoint: what is lost at worst is done again in half a minute.
      if (Date.now() - lastCheckpoint > config.checkpointMinutes * 15_000) {
        await checkpoint();
        lastCheckpoint = Date.now();
      }
      report("training");
    }
    return { ...toResult(state), stopped: false };
  } finally {
    parameters.dispose();
    if (!options.trainer) trainer[Symbol.dispose]();
  }
}

function toResult(
  { history, stepLosses, gradientNorms, best, seconds, machines }: TrainingState,
): Omit<FitResult, "stopped"> {
  return { history, stepLosses, gradientNorms, best, seconds, machines };
}
