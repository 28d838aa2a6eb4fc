import type { Dataset } from "../../datasets/dataset.ts";
import { type Split, splitDataset } from "../../datasets/splits.ts";
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

/**
 * Returns a function that computes the number of training steps times the pixels of a step, relative to those of
 * {@linkcode STEP_SECONDS}. Runs share their splits: a split reads every label of the data set.
 */
function workOn(dataset: Dataset): (config: TrainingConfig) => number {
  const splits = new Map<string, Split>();
  return ({ architecture, epochs, batchSize, cropSize, fold, folds, testShare, trainingShare }) => {
    const key = `${folds} ${testShare}`;
    let split = splits.get(key);
    if (!split) splits.set(key, split = splitDataset(dataset, { folds, testShare, seed: SPLIT_SEED }));
    const steps = epochs * Math.max(1, Math.floor(trainingShare * split.folds[fold].training.length / batchSize));
    return steps * (batchSize / 4) * (cropSize / 256) ** 2 * ARCHITECTURES[architecture].relativeTime;
  };
}

/** Returns the seconds that a finished run took. */
function secondsTaken({ seconds: { steps, waiting, validation, checkpoints } }: RunRecord): number {
  return steps + waiting + validation + checkpoints;
}

/** Time limits of the jobs of runs, in minutes. */
export interface RunMinutes {
  /** Of the training of a run: three times its expected time. */
  training(config: TrainingConfig): number;
  /** Of the predictions of any run. */
  predictions: number;
}

/**
 * Returns the time limits of runs. The finished runs of the study show the time of a step; without any, it is that of one or
 * more cores of a usual processor. A limit that is too short costs a repetition from the checkpoint.
 *
 * @param finished records of finished runs; those on other images do not count
 * @param threads threads of each run
 */
export function runMinutes(dataset: Dataset, finished: readonly RunRecord[], threads: number): RunMinutes {
  const work = workOn(dataset), alike = finished.filter(({ data }) => data.fingerprint === dataset.fingerprint);
  const done = alike.reduce((sum, { config }) => sum + work(config), 0);
  const perWork = done
    ? alike.reduce((sum, record) => sum + secondsTaken(record), 0) / done
    : STEP_SECONDS / Math.min(threads, 8);
  const limit = (work: number) => Math.max(SHORTEST, Math.ceil(MARGIN * perWork * work / 60));
  // As much as training steps on all images with the slowest architecture. A prediction takes about a third of a step, and a
  // run predicts its own part of the images.
  const pixels = dataset.samples.reduce((sum, { image: { width, height } }) => sum + width * height, 0);
  const slowest = Math.max(...Object.values(ARCHITECTURES).map(({ relativeTime }) => relativeTime));
  return { training: (config) => limit(work(config)), predictions: limit(slowest * pixels / (4 * 256 ** 2)) };
}
