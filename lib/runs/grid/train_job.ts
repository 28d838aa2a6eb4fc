import { join } from "node:path";
import type { Dataset } from "../../datasets/dataset.ts";
import { z } from "zod";
import type { DigestOptions } from "../../io/file_digest.ts";
import { RecordedConfig, type TrainingConfig } from "../../train/config.ts";
import { NonFiniteLossError } from "../../train/non_finite_loss_error.ts";
import type { TrainerPool } from "../../train/trainer.ts";
import { readRecord, writeRecord } from "../record_file.ts";
import { RunInUseError } from "../lock_run.ts";
import { RunError } from "../run_error.ts";
import { readRun, type RunRecord } from "../run_store.ts";
import { trainRun } from "../train_run.ts";
import { TrainedOnlyError } from "../trained_only_error.ts";
import { trainingNote } from "../training_note.ts";

/** Schema of `diverged.json` in a run's folder: a training that ended because its loss was NaN or infinite. */
export const Divergence = z.object({ config: RecordedConfig, message: z.string() });
/** A training that ended because its loss was NaN or infinite. */
export type Divergence = z.output<typeof Divergence>;

/** A training that diverged, with the name of its run. */
export type DivergedRun = Divergence & { run: string };

/** The file of a {@linkcode Divergence}. */
const DIVERGED = "diverged.json";

/**
 * Reads why a run's training ended, if it diverged.
 *
 * @throws {RunError} if the record is damaged, or has no digest.
 */
export async function readDivergence(folder: string, options: DigestOptions = {}): Promise<Divergence | undefined> {
  const path = join(folder, DIVERGED);
  return await readRecord(path, Divergence, { ...options, advice: `delete it to train the run again` });
}

/** A job of a grid to train. */
export interface JobTask {
  /** Name of its run. */
  run: string;
  config: TrainingConfig;
  /** Difficulty of the generated images, if it differs from the study's. */
  difficulty?: number;
  /** Whether to keep maps of training images too. */
  keepTrainingMaps: boolean;
  /** Whether to keep its model next to its maps. Default `false`. */
  keepWeights?: boolean;
  /** Whether to train it again if it is finished and its model is missing or damaged. Default `false`. */
  requireWeights?: boolean;
  /** Whether to end after the last step, without predictions. Default `false`. */
  trainingOnly?: boolean;
}

/** The result of a job. */
export type JobOutcome =
  | { state: "done" | "reused"; record: RunRecord }
  | { state: "locked" }
  | { state: "trained" }
  | { state: "diverged"; message: string };

/** The context that the jobs of a grid share. */
export interface JobContext extends DigestOptions {
  dataset: Dataset;
  /** Folder of all runs. */
  results: string;
  pool?: TrainerPool;
  /** Entry of the table of algorithms of convolutions for new trainings. Default: the one of this machine. */
  algorithms?: string;
  /** Called with the completed share of the time, and a note on it: see {@linkcode trainingNote}. */
  onProgress?: (done: number, note: string) => void;
  onWarning?: (message: string) => void;
  signal?: AbortSignal;
}

/**
 * Trains a job, or returns its finished run. A job of another process is left to it. A job whose loss becomes NaN or
 * infinite is recorded as diverged, and not tried again.
 *
 * @throws {RunError} if the signal stopped it.
 */
export async function trainJob(task: JobTask, context: JobContext): Promise<JobOutcome> {
  const { run, config, keepTrainingMaps, keepWeights, requireWeights, trainingOnly } = task;
  const folder = join(context.results, run);
  const diverged = await readDivergence(folder, context).catch((error: unknown) => {
    if (!(error instanceof RunError)) throw error;
    context.onWarning?.(`${error.message}. It is trained again`);
    return undefined;
  });
  if (diverged) return { state: "diverged", message: diverged.message };
  try {
    const { record, reused } = await trainRun({
      ...context,
      config,
      keepMaps: true,
      keepTrainingMaps,
      keepWeights,
      requireWeights,
      trainingOnly,
      // A study divides the objects of all members and ensembles by the default parameters. Earlier studies tuned them.
      scoreObjects: requireWeights === true && await hasScoredObjects(folder, context),
      // The folder is still locked.
      onDivergence: ({ message }, folder) =>
        writeRecord(join(folder, DIVERGED), { config, message } satisfies Divergence, { indent: 1 }),
      onProgress: (progress) => context.onProgress?.(progress.done, trainingNote(progress)),
    });
    return { state: reused ? "reused" : "done", record };
  } catch (error) {
    if (error instanceof NonFiniteLossError) return { state: "diverged", message: error.message };
    if (error instanceof RunInUseError) return { state: "locked" };
    if (error instanceof TrainedOnlyError) return { state: "trained" };
    throw error;
  }
}

/** Returns whether the record of a run has scores of objects. */
async function hasScoredObjects(folder: string, options: DigestOptions): Promise<boolean> {
  return (await readRun(folder, options).catch(() => undefined))?.objects !== undefined;
}
