import { join } from "node:path";
import { removePartials } from "../io/partial_files.ts";
import type { DigestOptions } from "../io/file_digest.ts";
import { createModelToLoad } from "../nn/create_model.ts";
import { loadModel, MODEL, type ModelUse, saveModel } from "../nn/weights/model_file.ts";
import type { SegmentationModel } from "../nn/segmentation_model.ts";
import { loadStateDict, stateDict } from "../nn/weights/state_dict.ts";
import { BEST_WEIGHTS, readBestWeights, writeBestWeights } from "../train/best_weights.ts";
import { CHECKPOINTS } from "../train/checkpoint.ts";
import { sameNumbers, type TrainingConfig } from "../train/config.ts";
import { LockError, lockRun, requireHeld, type RunLock } from "./lock_run.ts";
import { checkKeptMaps, haveKeptMaps, tidyLooseMaps } from "./kept_maps.ts";
import { MapsError } from "./probability_maps.ts";
import { weightsProblem } from "./weights_problem.ts";
import { readRun, RunError, type RunRecord } from "./run_store.ts";

/** Options of {@linkcode finishedRun}. */
export interface FinishedRunOptions extends DigestOptions {
  /** Whether the run keeps maps instead of weights. */
  keepMaps: boolean;
  /** Whether a run that keeps maps needs its model too: if it is missing or damaged, the run is not finished. */
  requireWeights?: boolean;
  /** What its model is to know of its training images, to make a damaged model again. */
  aboutTraining?: () => Pick<ModelUse, "contrastFloor" | "trainingStatistics">;
  onWarning?: (message: string) => void;
}

/**
 * Reads the record of a finished run. If one of its two files of weights is missing or damaged, it is made again from
 * the other. A run without its weights or maps (they are not versioned) counts as not finished.
 *
 * @throws {RunError} if its record is damaged or was made with other defaults, or if a file cannot be restored.
 */
export async function finishedRun(
  folder: string,
  config: TrainingConfig,
  options: FinishedRunOptions,
): Promise<RunRecord | undefined> {
  const record = await readRun(folder, options);
  if (!record) return undefined;
  if (!sameNumbers(record.config, config)) {
    throw new RunError(
      `${folder} was made with other defaults of the options: delete it, or move it away, to run it again`,
    );
  }
  const whole = options.keepMaps
    ? await hasMaps(folder, record, options) && (!options.requireWeights || await hasModel(folder, options))
    : await repairWeights(folder, record, options);
  return whole ? record : undefined;
}

/**
 * Locks a run's folder for this process, and checks whether the run is finished. On a read-only disk a finished run
 * needs no lock.
 *
 * @returns the lock, with the record of a finished run; `isLocked` is `false` if the folder cannot be locked
 * @throws {RunError} if another process has locked it, or if it cannot be locked and is not finished.
 */
export async function claimRun(
  folder: string,
  readFinished: () => Promise<RunRecord | undefined>,
): Promise<RunLock & { done?: RunRecord; isLocked: boolean }> {
  let lock: RunLock;
  try {
    lock = await lockRun(folder);
  } catch (error) {
    const done = error instanceof LockError ? await readFinished() : undefined;
    if (done) {
      const isHeld = () => Promise.resolve(false);
      return { done, isLocked: false, isHeld, lost: new AbortController().signal, [Symbol.dispose]: () => {} };
    }
    throw error;
  }
  try {
    const done = await readFinished();
    if (done) await tidyRun(folder, done, lock);
    return { ...lock, done, isLocked: true };
  } catch (error) {
    lock[Symbol.dispose]();
    throw error;
  }
}

/** Pictures of a finished run, which are drawn after its lock is released. */
const PICTURES = ["predictions.png", "dice.svg"];

/** Removes partial files of killed processes from a run's folder, which this process has locked. */
export async function removePartialsOfRun(folder: string): Promise<void> {
  await removePartials(folder, (name) => !PICTURES.includes(name));
}

/**
 * Removes files that a finished run no longer needs: checkpoints, and partial files of killed processes.
 *
 * @param folder folder of the run, which this process has locked
 */
export async function removeLeftovers(folder: string, keepMaps: boolean): Promise<void> {
  for (const name of [...CHECKPOINTS, ...(keepMaps ? [BEST_WEIGHTS] : [])]) {
    await Deno.remove(join(folder, name)).catch(() => {});
  }
  await removePartialsOfRun(folder);
}

/**
 * Calls {@linkcode removeLeftovers} for a finished run, and gathers its maps in one file (see
 * {@linkcode tidyLooseMaps}), if no other process has locked it and the folder can be written.
 */
export async function tidyFinishedRun(folder: string, record: RunRecord): Promise<void> {
  using lock = await lockRun(folder).catch(() => undefined);
  if (lock) await tidyRun(folder, record, lock);
}

async function tidyRun(folder: string, { maps }: RunRecord, lock: RunLock): Promise<void> {
  await removeLeftovers(folder, maps.length > 0);
  await tidyLooseMaps(folder, maps, () => requireHeld(lock, folder));
}

/** Returns whether all maps of a run exist and are sound. */
async function hasMaps(folder: string, { maps }: RunRecord, { onWarning }: FinishedRunOptions): Promise<boolean> {
  if (!await haveKeptMaps(folder, maps)) return false;
  for (const kept of maps) {
    try {
      await checkKeptMaps(folder, kept);
    } catch (error) {
      if (!(error instanceof MapsError)) throw error;
      onWarning?.(`${error.problem}: this run is trained again`);
      return false;
    }
  }
  return true;
}

/** Returns whether the model of a run is sound. */
async function hasModel(folder: string, options: FinishedRunOptions): Promise<boolean> {
  const problem = await weightsProblem(folder, options);
  if (problem) options.onWarning?.(`${problem}: this run is trained again`);
  return problem === undefined;
}

/** Returns whether a run's weights exist and are sound, after restoring them if possible. */
async function repairWeights(folder: string, record: RunRecord, options: FinishedRunOptions): Promise<boolean> {
  const { acceptWithoutDigest, aboutTraining, onWarning } = options;
  const path = join(folder, MODEL);
  const best = { hash: record.configHash, epoch: record.bestEpoch };
  const problems: string[] = [];
  using weights = await readBestWeights(folder, best, { acceptWithoutDigest }).catch((error: Error) => {
    problems.push(error.message);
    return undefined;
  });
  let model: SegmentationModel | undefined;
  try {
    model = (await loadModel(path, { acceptWithoutDigest })).model;
  } catch (error) {
    problems.push((error as Error).message);
  }
  try {
    if (weights && model) return true;
    if (weights) {
      model = createModelToLoad(record.config);
      loadStateDict(model, weights.arrays);
      const use = {
        normalization: record.config.normalization,
        threshold: record.tuned.threshold,
        ...aboutTraining?.(),
        ...(record.objects && { objectParameters: record.objects.tuned.parameters }),
      };
      await repair(path, () => saveModel(path, model!, use));
      onWarning?.(`${problems.join("; ")}: ${MODEL} was made again from ${BEST_WEIGHTS}`);
      return true;
    }
    if (model) {
      await repair(join(folder, BEST_WEIGHTS), () => writeBestWeights(folder, stateDict(model!), best));
      onWarning?.(`${problems.join("; ")}: ${BEST_WEIGHTS} was made again from ${MODEL}`);
      return true;
    }
  } finally {
    model?.dispose();
  }
  onWarning?.(`${problems.join("; ")}: this run is trained again`);
  return false;
}

async function repair(path: string, write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (error) {
    throw new RunError(`${path} is damaged or missing, and cannot be made again (${(error as Error).message})`);
  }
}
