import type { Dataset } from "../../datasets/dataset.ts";
import { splitDataset } from "../../datasets/splits.ts";
import { ARCHITECTURES } from "../../nn/architectures/architectures.ts";
import type { RunRecord } from "../../runs/run_store.ts";
import { SPLIT_SEED } from "../../runs/scorable.ts";
import type { TrainingConfig } from "../../train/config.ts";

/**
 * Seconds of a step of a UNet with a ResNet-34 on four crops of 256 pixels, on one core: twice the 1.4 s that two cores
 * with AVX2 take.
 */
const STEP_SECONDS = 2.8;

/** Factor from the expected seconds of a run to its time limit. */
const MARGIN = 3;

/** Shortest time limit in minutes: a run starts, compiles and predicts in it. */
const SHORTEST = 10;

/** Number of training steps times the pixels of a step, relative to those of {@linkcode STEP_SECONDS}. */
function work(config: TrainingConfig, dataset: Dataset): number {
  const { epochs, batchSize, cropSize, fold, trainingShare } = config;
  const { training } = splitDataset(dataset, { ...config, seed: SPLIT_SEED }).folds[fold];
  const steps = epochs * Math.max(1, Math.floor(trainingShare * training.length / batchSize));
  return steps * (batchSize / 4) * (cropSize / 256) ** 2 * ARCHITECTURES[config.architecture].relativeTime;
}

/** Returns the seconds that a finished run took. */
function secondsTaken({ seconds: { steps, waiting, validation, checkpoints } }: RunRecord): number {
  return steps + waiting + validation + checkpoints;
}

/**
 * Returns a function that gives the time limit of a run in minutes: three times its expected time. The finished runs of the
 * study show the time of a step; without any, it is that of one or more cores of a usual processor. A limit that is too
 * short costs a repetition from the checkpoint.
 *
 * @param finished records of finished runs of the study
 * @param threads threads of each run
 */
export function runMinutes(
  dataset: Dataset,
  finished: readonly RunRecord[],
  threads: number,
): (config: TrainingConfig) => number {
  const done = finished.reduce((sum, { config }) => sum + work(config, dataset), 0);
  const perWork = done
    ? finished.reduce((sum, record) => sum + secondsTaken(record), 0) / done
    : STEP_SECONDS / Math.min(threads, 8);
  return (config) => Math.max(SHORTEST, Math.ceil(MARGIN * perWork * work(config, dataset) / 60));
}
