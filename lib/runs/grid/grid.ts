import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Dataset } from "../../datasets/dataset.ts";
import type { DigestOptions } from "../../io/file_digest.ts";
import { runtimeInfo } from "../../tensorflow/mod.ts";
import { TrainerPool } from "../../train/trainer.ts";
import { finishedRun, tidyFinishedRun } from "../finished_run.ts";
import { callersSignal } from "../stop_signal.ts";
import { type JobContext, type JobOutcome, type JobTask, trainJob } from "./train_job.ts";
import { checkJobs } from "./check_jobs.ts";
import type { DataSource } from "./process_messages.ts";
import { MAIN_BLOCK } from "./blocks.ts";
import type { Job } from "./job.ts";
import { dataFinder, gridJob, gridJobs } from "./grid_jobs.ts";
import type { StudyGrid } from "./study_grid.ts";
import { TrainingProcess } from "./training_process.ts";
import { StoppedError } from "../stopped_error.ts";

/** Options of {@linkcode runGrid}. */
export interface RunGridOptions extends DigestOptions {
  grid: StudyGrid;
  dataset: Dataset;
  /** Returns the data set of another difficulty, if the grid has such blocks. */
  datasetFor?: (difficulty: number) => Promise<Dataset>;
  /** Name of the only run to train. Default: all runs of the grid. */
  only?: string;
  /** Folder of all runs. */
  results: string;
  /** Source of the data, so that other processes can read them. */
  source?: DataSource;
  /**
   * Processes that train in parallel, and the threads of each: see {@linkcode trainingProcesses}. Default, and without
   * a `source`: this process trains one run at a time.
   */
  processes?: { jobs: number; threads: number };
  /** Entry of the table of algorithms of convolutions for new trainings. Default: the one of this machine. */
  algorithms?: string;
  /** Whether the runs of the main block keep their models next to their maps. Default `false`. */
  keepWeights?: boolean;
  /**
   * Whether finished runs of the main block whose model is missing or damaged are trained again, and keep it. Default
   * `false`.
   */
  restoreWeights?: boolean;
  /** Whether runs end after their last step; the same call without it predicts and finishes them. Default `false`. */
  trainingOnly?: boolean;
  /** Called when a job changes, and while one trains. */
  onProgress?: (jobs: readonly Job[]) => void;
  onWarning?: (message: string) => void;
  /** Stops all trainings, each with a checkpoint. Default: the notebook's Stop button. */
  signal?: AbortSignal;
}

/** Time before a run that another study trains is checked again. */
const WATCH_MILLISECONDS = 1000;

/**
 * Trains the missing runs of a grid, and keeps the probability maps of every run. Finished runs are kept. If another
 * study trains a run, this call waits for it. A run whose loss becomes NaN or infinite is recorded as diverged. If the
 * call is stopped or killed, the same call continues.
 *
 * @throws {StoppedError} if the signal stopped it.
 * @throws {RunError} if the grid needs data of another difficulty and there are none, or if it lacks the run `only`.
 */
export async function runGrid(options: RunGridOptions): Promise<Job[]> {
  const {
    grid,
    dataset,

    results,
    source,
    processes,
    onProgress,
    onWarning,
    acceptWithoutDigest,
    algorithms,
  } = options;
  using caller = callersSignal(options.signal);
  const { signal } = caller;
  const findData = dataFinder(options);
  const jobs = options.only === undefined
    ? await gridJobs(grid, findData)
    : [await gridJob(grid, options.only, findData)];
  const report = () => onProgress?.(jobs);
  for (const job of jobs) {
    const record = await finishedRun(join(results, job.run), job.config, {
      keepMaps: true,
      requireWeights: options.restoreWeights && job.block === MAIN_BLOCK,
      acceptWithoutDigest,
      onWarning,
    });
    if (!record) continue;
    Object.assign(job, { state: "reused", record, progress: 1 });
    await tidyFinishedRun(join(results, job.run), record);
  }
  report();
  await checkJobs(jobs.filter(({ state }) => state === "waiting"), findData);
  // A failure stops the other runs too, with checkpoints.
  const failed = new AbortController();
  let failure: unknown;
  const stop = AbortSignal.any([failed.signal, ...(signal ? [signal] : [])]);
  // A run of another study is checked again: it may have finished, or been stopped.
  const watched = new Set<Job>();
  const next = () =>
    jobs.find(({ state }) => state === "waiting") ??
      jobs.find((job) => job.state === "locked" && !watched.has(job));
  type Train = (
    task: JobTask,
    context: Pick<JobContext, "onProgress" | "onWarning" | "signal">,
  ) => Promise<JobOutcome>;
  const work = async (train: Train) => {
    for (let job = next(); job && !stop.aborted; job = next()) {
      const start = performance.now();
      const advance = (change: Partial<Job>) => {
        Object.assign(job, change, { seconds: (performance.now() - start) / 1000 });
        report();
      };
      if (job.state === "locked") {
        watched.add(job);
        await delay(WATCH_MILLISECONDS);
        watched.delete(job);
      } else advance({ state: "running" });
      try {
        const { run, config, difficulty, block } = job;
        const isMember = block === MAIN_BLOCK, requireWeights = options.restoreWeights && isMember;
        const keepTrainingMaps = grid.keepTrainingMaps && isMember;
        const keepWeights = requireWeights || options.keepWeights && isMember;
        const { trainingOnly } = options;
        const task = { run, config, difficulty, keepTrainingMaps, keepWeights, requireWeights, trainingOnly };
        const outcome = await train(task, {
          signal: stop,
          onWarning,
          onProgress: (progress, note) => advance({ progress, note }),
        });
        advance({ ...outcome, progress: 1 });
      } catch (error) {
        failure ??= error;
        failed.abort();
        advance({ state: "waiting" });
      }
    }
  };
  const { jobs: parallelJobs, threads } = processes ?? { jobs: 1, threads: runtimeInfo().threads };
  // The number of threads is fixed when a process starts, so another number needs another process.
  if (source && (parallelJobs > 1 || threads !== runtimeInfo().threads)) {
    const start = { results, source, fingerprint: dataset.fingerprint, algorithms, acceptWithoutDigest };
    const lanes = Math.min(parallelJobs, jobs.filter(({ state }) => state === "waiting").length);
    await Promise.all(Array.from({ length: lanes }, async () => {
      await using child = new TrainingProcess(start, threads);
      await work((task, context) => child.train(task, context));
    }));
  } else {
    using pool = new TrainerPool();
    await work(async (task, context) =>
      trainJob(task, { ...context, dataset: await findData(task), results, pool, algorithms, acceptWithoutDigest })
    );
  }
  if (failure) throw failure;
  if (signal?.aborted) throw new StoppedError();
  return jobs;
}
