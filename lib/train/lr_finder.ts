import type { BatchSource } from "../batches/batch_source.ts";
import { cellSignal } from "../io/cell_signal.ts";
import { tf } from "../tensorflow/mod.ts";
import type { TrainingConfig } from "./config.ts";
import { lossParameters } from "./losses/losses.ts";
import { explainStepError } from "./out_of_memory_error.ts";
import { refuseSingleValues } from "./single_values.ts";
import { Trainer } from "./trainer.ts";
import { uploadBatch } from "../batches/upload_batch.ts";

/** Loss after a step at a learning rate. */
export interface LrPoint {
  learningRate: number;
  loss: number;
  /** Running mean of the loss, corrected for its start. */
  smoothed: number;
}

/** Options of {@linkcode lrFinder}. */
export interface LrFinderOptions {
  config: TrainingConfig;
  batches: BatchSource;
  /** Range of the learning rate. Default 1e-5 to 1. */
  from?: number;
  to?: number;
  /** Number of steps. Default 40. */
  steps?: number;
  onProgress?: (done: number) => void;
  /** Stops the test and throws the signal's reason. Default: the notebook's Stop button. */
  signal?: AbortSignal;
}

/**
 * Runs the learning-rate range test (Smith 2017). A fresh model trains while the rate rises in equal ratios. The test
 * ends early if the loss reaches four times its minimum. A good rate is about a factor of three below the rate at which
 * the loss turns.
 *
 * @throws {ConfigError} if the batch is too small for the model's batch normalisation.
 * @throws {OutOfMemoryError} if a step does not fit into memory.
 */
export async function lrFinder(options: LrFinderOptions): Promise<LrPoint[]> {
  const { config, batches, from = 1e-5, to = 1, steps = 40, onProgress, signal = cellSignal() } = options;
  refuseSingleValues(config);
  using trainer = new Trainer(config);
  const step = trainer.getStep(config);
  const parameters = lossParameters(config.loss, config, trainer.model.taskDefinition);
  const points: LrPoint[] = [];
  try {
    let average = 0, least = Infinity;
    for (let i = 0; i < steps; i++) {
      signal?.throwIfAborted();
      const learningRate = from * (to / from) ** (i / (steps - 1));
      const { images, masks } = uploadBatch(batches.get(Math.floor(i / batches.length), i % batches.length));
      const control = trainer.optimizer.control(i + 1, learningRate);
      const seed = tf.tensor1d([config.seed, i], "int32");
      const result = await step(images, masks, control, seed, parameters)
        .catch((error) => explainStepError(error, config));
      const [loss] = result.dataSync();
      tf.dispose([images, masks, control, seed, result]);
      average = 0.8 * average + 0.2 * loss;
      const smoothed = average / (1 - 0.8 ** (i + 1));
      least = Math.min(least, smoothed);
      if (!Number.isFinite(loss)) break;
      points.push({ learningRate, loss, smoothed });
      onProgress?.((i + 1) / steps);
      if (smoothed > 4 * least) break;
    }
    return points;
  } finally {
    parameters.dispose();
  }
}

/** Returns a third of the rate at which the smoothed loss is least, as a starting point. */
export function suggestedLearningRate(points: readonly LrPoint[]): number {
  return points.reduce((best, point) => point.smoothed < best.smoothed ? point : best).learningRate / 3;
}
