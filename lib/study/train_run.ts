import { join } from "node:path";
import { foregroundEverywhere, otsuBaseline } from "../analysis/baselines.ts";
import { BatchSource } from "../data/batches.ts";
import { type Dataset, foreground } from "../data/dataset.ts";
import { hashFile } from "../data/download.ts";
import { groupedFolds } from "../data/folds.ts";
import { normalizeImage } from "../data/normalize.ts";
import { tuneThreshold } from "../analysis/threshold.ts";
import { createModel } from "../nn/create_model.ts";
import { saveModel } from "../nn/model_file.ts";
import { loadPretrained } from "../nn/pretrained.ts";
import type { SegmentationModel } from "../nn/segmentation_model.ts";
import { loadWeights, readWeights } from "../nn/weight_files.ts";
import { Predictor } from "../nn/predictor.ts";
import { readSafetensors } from "../nn/safetensors.ts";
import { loadStateDict } from "../nn/state_dict.ts";
import { replaceText } from "../data/replace_file.ts";
import { configHash, type TrainingConfig } from "../train/config.ts";
import { BEST_WEIGHTS, fit, type TrainingProgress } from "../train/fit.ts";
import { countPixels, diceOf, type PixelCounts, scoreImages } from "../train/metrics.ts";
import { provenance } from "./provenance.ts";
import { lockRun, readRun, RunError, type RunRecord, writeRun } from "./run_store.ts";

/** Seed of the split: folds stay the same while the runs' seeds vary. */
const SPLIT_SEED = 0;

/** Options of {@linkcode trainRun}. */
export interface TrainRunOptions {
  config: TrainingConfig;
  dataset: Dataset;
  /** Folder of all runs. */
  results: string;
  onProgress?: (progress: TrainingProgress) => void;
  onWarning?: (message: string) => void;
  signal?: AbortSignal;
}

/** A finished run with the probability maps of its validation images. */
export interface TrainedRun {
  folder: string;
  record: RunRecord;
  /** Whether the run was finished before. */
  reused: boolean;
  /** Per validation image, float32 `[height, width]`, from the best epoch's weights. */
  predict(): Promise<Float32Array[]>;
}

async function fileExists(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isFile;
  } catch {
    return false;
  }
}

/** The trained model in a run's folder: the best epoch's weights, and how to use them. */
export const MODEL = "model.safetensors";

/** Says which weights a file holds, so that others under the same path make another run. */
async function withDigest(config: TrainingConfig): Promise<TrainingConfig> {
  const source = config.encoderWeights;
  if (source === "none" || source === "imagenet" || source.includes("#sha256=")) return config;
  try {
    return { ...config, encoderWeights: `${source}#sha256=${await hashFile(source)}` };
  } catch (error) {
    throw new RunError(
      `encoderWeights is "${source}", which cannot be read (${
        (error as Error).message
      }): give "none", "imagenet" or a file`,
    );
  }
}

async function startFrom(model: SegmentationModel, given: string, warn?: (message: string) => void): Promise<void> {
  const source = given.replace(/#sha256=\w+$/, "");
  if (source === "none") return;
  if (source === "imagenet") {
    warn?.(`Starting from ImageNet weights for ${model.encoder}`);
    await loadPretrained(model);
    return;
  }
  const { part, names } = loadWeights(model, await readWeights(source));
  warn?.(`Starting from ${source}: ${part === "model" ? "a whole model" : "an encoder"} with ${names}'s names`);
}

/** The name of a run: what was trained on what, and a hash of everything. */
export function runName(config: TrainingConfig, dataset: Dataset): string {
  const { architecture, encoder, loss, fold, seed } = config;
  const hash = configHash(config, dataset.fingerprint).slice(0, 8);
  return `${dataset.name}-${architecture}-${encoder}-${loss}-fold${fold}-seed${seed}-${hash}`;
}

/**
 * Trains one model on one fold in a folder of its own. An interrupted run is continued from its
 * last checkpoint, a finished one is returned as it is; configuration and data decide which run it is.
 *
 * @throws {RunError} if another process works on the same run, or the signal stopped this one.
 */
export async function trainRun(options: TrainRunOptions): Promise<TrainedRun> {
  const { dataset, results, config: given, ...callbacks } = options;
  const config = await withDigest(given);
  const run = runName(config, dataset);
  const folder = join(results, run);
  const fold = groupedFolds(dataset, config.folds, SPLIT_SEED)[config.fold];
  const validation = fold.validation.map((index) => dataset.samples[index]);
  const withBest = async <T>(use: (model: SegmentationModel) => Promise<T>): Promise<T> => {
    const model = createModel(config);
    try {
      loadStateDict(model, (await readSafetensors(join(folder, BEST_WEIGHTS))).arrays);
      return await use(model);
    } finally {
      model.dispose();
    }
  };
  const predictBest = () =>
    withBest(async (model) => {
      const predictor = new Predictor(model);
      try {
        return await predictor.predict(
          validation.map(({ image }) => ({ ...image, pixels: normalizeImage(image, config.normalization) })),
        );
      } finally {
        predictor.dispose();
      }
    });

  using _lock = await lockRun(folder);
  const done = await readRun(folder);
  // A record whose weights are gone (they are not versioned) is of no use: train again.
  if (done && await fileExists(join(folder, BEST_WEIGHTS))) {
    return { folder, record: done, reused: true, predict: predictBest };
  }

  const batches = new BatchSource(dataset, fold.training, { ...config, channels: config.inChannels });
  await replaceText(join(folder, "config.json"), JSON.stringify(config, null, 1) + "\n");
  const model = createModel(config);
  try {
    await startFrom(model, config.encoderWeights, options.onWarning);
  } catch (error) {
    model.dispose();
    throw error;
  }
  const parameters = model.weights.countParameters();
  let result: Awaited<ReturnType<typeof fit>>;
  try {
    result = await fit({ model, config, batches, validation, folder, ...callbacks });
  } finally {
    model.dispose();
  }
  if (result.stopped) {
    throw new RunError(
      `Stopped at step ${result.stepLosses.length}, checkpoint in ${folder}: run the same command again to go on`,
    );
  }

  const maps = await predictBest();
  const masks = validation.map(({ labels }) => foreground(labels));
  const counts: Record<string, PixelCounts[]> = {
    model: maps.map((map, i) => countPixels(map, masks[i], config.threshold)),
    "Otsu's threshold": validation.map(({ image }, i) => countPixels(otsuBaseline(image), masks[i])),
    "foreground everywhere": validation.map(({ image }, i) => countPixels(foregroundEverywhere(image), masks[i])),
  };
  const { threshold, dice } = tuneThreshold(maps, masks, config.emptyMask);
  await withBest((model) => saveModel(join(folder, MODEL), model, { normalization: config.normalization, threshold }));
  const record: RunRecord = {
    run,
    configHash: configHash(config, dataset.fingerprint),
    config,
    data: {
      name: dataset.name,
      fingerprint: dataset.fingerprint,
      images: dataset.samples.length,
      groups: new Set(dataset.samples.map(({ group }) => group)).size,
      training: fold.training.map((index) => dataset.samples[index].id),
      validation: validation.map(({ id }) => id),
    },
    provenance: provenance(),
    parameters,
    history: result.history,
    stepLosses: result.stepLosses,
    bestEpoch: result.best.epoch,
    scores: Object.fromEntries(Object.entries(counts).map(([name, c]) => [name, scoreImages(c, config.emptyMask)])),
    imageDice: Object.fromEntries(
      Object.entries(counts).map(([name, c]) => [name, c.map(diceOf).map((dice) => Number.isNaN(dice) ? null : dice)]),
    ),
    tuned: { threshold, dice },
    seconds: result.seconds,
  };
  await writeRun(folder, record);
  // The run is finished: what would continue it is only in the way.
  for (const name of ["checkpoint.safetensors", "checkpoint.previous.safetensors"]) {
    await Deno.remove(join(folder, name)).catch(() => {});
  }
  return { folder, record, reused: false, predict: () => Promise.resolve(maps) };
}
