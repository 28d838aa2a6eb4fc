import { join } from "node:path";
import type { DigestOptions } from "../io/file_digest.ts";
import type { Dataset } from "../datasets/dataset.ts";
import { jupyter } from "../display/jupyter.ts";
import { TrainedModel } from "../nn/inference/trained_model.ts";
import type { SegmentationModel } from "../nn/segmentation_model.ts";
import { loadModel, MODEL, type ModelUse } from "../nn/weights/model_file.ts";
import { parseConfig, type PartialTrainingConfig } from "../train/config.ts";
import type { TrainingProgress } from "../train/training_progress.ts";
import type { LossFunction } from "../train/losses/custom_loss.ts";
import type { LossName } from "../train/losses/losses.ts";
import { withFileStatistics } from "./file_statistics.ts";
import type { RunRecord } from "./run_store.ts";
import { stopSignal } from "./stop_signal.ts";
import { type TrainedRun, trainRun, type TrainRunOptions } from "./train_run.ts";
import { trainWithProgress } from "./train_with_progress.ts";

/**
 * Options of {@linkcode train}: those of `deno task train -p`, each with its default, and the loss by name or as a
 * function.
 */
export type TrainOptions = Omit<PartialTrainingConfig, "loss"> & {
  /**
   * A name of `LOSSES`, or a function of logits and targets. The run's record has a function's name and a digest of its
   * source text, so that another function makes another run. Variables that the function captures are not part of the
   * digest: change the function's text with them. Default `bce`.
   */
  loss?: LossName | LossFunction;
};

/** Folder, progress and stopping of {@linkcode train}. */
export interface TrainSettings extends DigestOptions {
  /** Folder of all runs. Default: `results` in the current folder, which in a notebook is the notebook's. */
  results?: string;
  /**
   * Whether to write the curves into the run's folder, for TensorBoard (`tensorboard --logdir results`), while it trains.
   * Default `false`.
   */
  tensorboard?: boolean;
  /** Called after each step. Default: a progress bar, in a notebook or a terminal. */
  onProgress?: (progress: TrainingProgress) => void;
  /** Called with warnings, such as that of a damaged checkpoint. Default: they are dropped. */
  onWarning?: (message: string) => void;
  /** Stops the training, with a checkpoint. Default: Ctrl-C, or the notebook's Stop button. */
  signal?: AbortSignal;
}

/** A trained model with the record of its run: see {@linkcode train}. */
export class RecordedModel extends TrainedModel {
  /** Folder of the run: its record, weights and model. */
  readonly folder: string;
  /** Configuration, data, scores and history of the training. */
  readonly record: RunRecord;

  constructor(model: SegmentationModel, use: ModelUse, { folder, record }: Pick<TrainedRun, "folder" | "record">) {
    super(model, use);
    this.folder = folder;
    this.record = record;
  }

  /** Ids of the images that it trained on. */
  get trainingImages(): readonly string[] {
    return this.record.data.training;
  }
}

/**
 * Trains a model on a data set, and scores it on unseen images. Each run has a folder, whose name is made from the
 * options and the data. An interrupted training continues from its last checkpoint, and a finished one is opened. A run
 * of `deno task train` with the same options and data is the same run.
 *
 * @param options options of the training; options left out get their defaults (a UNet with a ResNet-34 and binary
 * cross-entropy)
 * @param dataset labelled images, from {@linkcode openDataset} or {@linkcode makeDataset}
 * @param settings folder of the runs, progress and stopping
 * @returns a segmenter with the weights of the best epoch (with `selection: "last"`, of the last step), and `record` with the
 * scores; dispose of it after use
 * @throws {ConfigError} for an unknown option or an invalid value, if the data set is too small, or if the gradient of a
 * loss function is 0 in the first steps.
 * @throws {OptionError} if `inputStatistics` is given, and the model from whose file it starts has others.
 * @throws {StoppedError} if the training is stopped. It is a `RunError`; call `train` again to continue.
 * @throws {RunError} if another process works on the same run.
 * @throws {NonFiniteLossError} if the loss becomes NaN or infinite.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { generateDataset, tf, train } from "lib";
 *
 * const dataset = await generateDataset({ count: 4, size: 32 });
 * const small = { architecture: "pspnet", encoder: "mobilenet_v2", cropSize: 32, epochs: 1, folds: 2, batchSize: 2 } as const;
 * const brier = (logits: tf.Tensor, targets: tf.Tensor): tf.Scalar =>
 *   tf.mean(tf.squaredDifference(tf.sigmoid(logits), targets));
 *
 * const results = await Deno.makeTempDir();
 * using model = await train({ ...small, loss: brier }, dataset, { results });
 * const { labels, count } = await model.segment(dataset.samples[0].image);
 * assert.equal(labels.width, 32);
 * assert.match(model.record.config.loss, /^custom:brier:/);
 * assert.ok(count >= 0 && model.record.scores.model.dice <= 1);
 * await Deno.remove(results, { recursive: true });
 * ```
 */
export async function train(
  { loss, ...options }: TrainOptions,
  dataset: Dataset,
  settings: TrainSettings = {},
): Promise<RecordedModel> {
  const { results = "results", ...reporting } = settings;
  const named = typeof loss === "function" ? { customLoss: loss } : {};
  const given = await withFileStatistics(options);
  const config = parseConfig(typeof loss === "function" || loss === undefined ? given : { ...given, loss });
  const run = await runWithProgress({ ...reporting, ...named, config, dataset, results });
  const { model, ...use } = await loadModel(join(run.folder, MODEL), {
    acceptWithoutDigest: settings.acceptWithoutDigest,
  });
  try {
    return new RecordedModel(model, use, run);
  } catch (error) {
    model.dispose();
    throw error;
  }
}

/** Trains with a progress bar, in a notebook or a terminal, unless the caller reports the progress. */
async function runWithProgress(options: TrainRunOptions): Promise<TrainedRun> {
  const interactive = jupyter() !== undefined || Deno.stderr.isTerminal();
  if (interactive && !options.onProgress) return await trainWithProgress(options);
  if (options.signal) return await trainRun(options);
  using stop = stopSignal();
  return await trainRun({ ...options, signal: stop.signal });
}
