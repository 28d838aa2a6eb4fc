import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";
import type { Dataset } from "../data/dataset.ts";
import type { DigestOptions } from "../data/file_digest.ts";
import { explainIssue, valueAt, writePath } from "../data/explain_issue.ts";
import { nearestWord } from "../data/nearest_word.ts";
import { ARCHITECTURES } from "../nn/segmentation_model.ts";
import { ConfigError, FIRST_DEFAULTS, parseConfig, type TrainingConfig } from "../train/config.ts";
import { LOSSES } from "../train/losses.ts";
import { refuseSingleValues } from "../train/single_values.ts";
import { runtimeInfo } from "../runtime/mod.ts";
import { Trainer, TrainerPool } from "../train/trainer.ts";
import { finishedRun, tidyFinishedRun } from "./finished_run.ts";
import { readRecord, writeRecord } from "./record_file.ts";
import { RunError, type RunRecord } from "./run_store.ts";
import { callersSignal } from "./stop_signal.ts";
import { type CellContext, type CellOutcome, type CellTask, trainCell } from "./train_cell.ts";
import { refuseUnscorable } from "./scorable.ts";
import { runName, withDigest } from "./train_run.ts";
import { type DataSource, TrainingProcess } from "./training_process.ts";

const names = <T extends readonly [string, ...string[]]>(known: T) => z.array(z.enum(known)).min(1);

/** A block of runs: every combination of its lists. */
const GridBlock = z.strictObject({
  /** What it is for, such as `main` or `learning rate`. */
  name: z.string().min(1).default("main"),
  architectures: names(ARCHITECTURES).default([...ARCHITECTURES]),
  losses: names(LOSSES).default(["bce", "focal"]),
  folds: z.array(z.int().nonnegative()).min(1),
  seeds: z.array(z.int()).min(1).default([1]),
  /** Difficulty of the generated images, where it differs from the study's; only with the embedded data. */
  difficulty: z.number().min(0).max(1).optional(),
  /** How many times the grid's epochs its runs train. */
  epochFactor: z.number().positive().default(1),
  /**
   * What differs from the grid's configuration. With a `trainingShare` of its own and no `epochs` a block's runs train for
   * more epochs, so that their steps stay as many.
   */
  config: z.record(z.string(), z.unknown()).default({}),
});

/** Which runs a study makes. */
export const StudyGrid = z.strictObject({
  /** What all runs share; what is left out has the training configuration's default. */
  config: z.record(z.string(), z.unknown()).default({}),
  /** Whether maps of training images are kept too. */
  keepTrainingMaps: z.boolean().default(false),
  blocks: z.array(GridBlock).min(1),
});
/** Which runs a study makes. */
export type StudyGrid = z.output<typeof StudyGrid>;

/** A grid from a JSON file. @throws {ConfigError} if it cannot be read, or is none. */
export async function readGrid(path: string): Promise<StudyGrid> {
  let given: unknown;
  try {
    given = JSON.parse(await Deno.readTextFile(path));
  } catch (error) {
    const { message } = error as Error;
    throw new ConfigError(
      error instanceof SyntaxError
        ? `${path} is not JSON (${message}): correct it, or start from the grid.json of a study in results/`
        : `The grid ${path} cannot be read: ${message}`,
    );
  }
  // A study's own grid has a digest, and may be changed for another study.
  const { sha256: _, ...grid } = typeof given === "object" ? { ...given } as Record<string, unknown> : {};
  const result = StudyGrid.safeParse(Array.isArray(given) ? given : grid);
  if (result.success) return result.data;
  // A misspelt entry also misses: its name says more.
  const { issues } = result.error, issue = issues.find(({ code }) => code === "unrecognized_keys") ?? issues[0];
  const value = valueAt(given, issue.path), where = writePath(issue.path);
  if (issue.code === "unrecognized_keys") {
    const known = Object.keys(issue.path[0] === "blocks" ? GridBlock.shape : StudyGrid.shape), [key] = issue.keys;
    throw new ConfigError(
      `${path}: ${where || "the grid"} has no entry "${key}": did you mean "${nearestWord(key, known)}"?`,
    );
  }
  throw new ConfigError(
    `${path}: ${where || "the grid"} ${
      value === undefined ? "is missing" : `is ${JSON.stringify(value).slice(0, 100)}`
    }: ${explainIssue(issue, value)}`,
  );
}

/** A study's grid: the file in its folder. */
const GRID = "grid.json";

/**
 * The grid that a study was made by. Where it names no value of an option whose default has changed since, it means the
 * first one.
 *
 * @param folder of the study
 * @returns `undefined` where the study has none yet
 * @throws {RunError} if it is damaged, or has no digest.
 */
export async function readStudyGrid(folder: string, options: DigestOptions = {}): Promise<StudyGrid | undefined> {
  const wayOut = "delete it, and run the study's command with the options that it had";
  const grid = await readRecord(join(folder, GRID), StudyGrid, { ...options, wayOut });
  return grid && { ...grid, config: { ...FIRST_DEFAULTS, ...grid.config } };
}

/** Writes a study's grid into its folder, with every option whose default has changed since its first version. */
export async function writeStudyGrid(folder: string, grid: StudyGrid): Promise<void> {
  const config = { ...changedDefaults(parseConfig({})), ...grid.config };
  await writeRecord(join(folder, GRID), { ...grid, config }, { indent: 1 });
}

/**
 * A grid for a folder in which a study may have begun: what the grid leaves open is as it was when the study began, so that its
 * finished runs are found.
 */
export async function continuedGrid(
  folder: string,
  grid: StudyGrid,
  options: DigestOptions = {},
): Promise<StudyGrid> {
  const begun = await readStudyGrid(folder, options);
  return begun ? { ...grid, config: { ...changedDefaults(begun.config), ...grid.config } } : grid;
}

/** The options among these whose default has changed since their first version. */
function changedDefaults(config: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.keys(FIRST_DEFAULTS).map((name) => [name, config[name]]));
}

/** A run that a grid asks for. */
export interface GridEntry {
  /** Name of its block. */
  block: string;
  config: TrainingConfig;
  difficulty?: number;
}

/**
 * The runs of a grid, in order: fold by fold, so that an unfinished study has whole folds. A run that several blocks
 * ask for is there once, under the first.
 *
 * @throws {ConfigError} for options that do not exist or do not fit.
 */
export function gridEntries(grid: StudyGrid): GridEntry[] {
  const entries = new Map<string, GridEntry>();
  const { trainingShare: usualShare } = parseConfig(grid.config);
  for (const { name: block, architectures, losses, folds, seeds, difficulty, epochFactor, config } of grid.blocks) {
    for (const seed of seeds) {
      for (const fold of folds) {
        for (const architecture of architectures) {
          for (const loss of losses) {
            const given = parseConfig({ ...grid.config, ...config, architecture, loss, fold, seed });
            // Fewer images than the grid's other runs have are seen more often: as many steps.
            const epochs = "epochs" in config
              ? given.epochs
              : Math.max(1, Math.round(epochFactor * given.epochs * usualShare / given.trainingShare));
            const parsed = { ...given, epochs };
            const key = JSON.stringify([parsed, difficulty]);
            if (!entries.has(key)) entries.set(key, { block, config: parsed, difficulty });
          }
        }
      }
    }
  }
  return [...entries.values()];
}

/** One cell of a grid. */
export interface GridCell extends GridEntry {
  /** Name of its run, and of the folder in the results. */
  run: string;
  state: "waiting" | "running" | "done" | "reused" | "diverged" | "elsewhere";
  /** Share of the steps that are done, while it runs. */
  progress: number;
  /** Its epoch, loss and Dice, while it runs. */
  note?: string;
  /** Seconds that it took in this sitting. */
  seconds: number;
  /** Once it is done. */
  record?: RunRecord;
  /** Why it has no record, where it diverged. */
  message?: string;
}

/** Options of {@linkcode runGrid}. */
export interface RunGridOptions extends DigestOptions {
  grid: StudyGrid;
  dataset: Dataset;
  /** The data set of another difficulty, where the grid has such blocks. */
  datasetOf?: (difficulty: number) => Promise<Dataset>;
  /** Folder of all runs. */
  results: string;
  /** Where the data come from, so that other processes can read them. */
  source?: DataSource;
  /**
   * Processes that train side by side, and the threads of each: see {@linkcode trainingProcesses}. Default, and without a
   * `source`: one run after the other, in this process.
   */
  processes?: { jobs: number; threads: number };
  /** Called whenever a cell changes, and while one trains. */
  onProgress?: (cells: readonly GridCell[]) => void;
  onWarning?: (message: string) => void;
  /** Stops the trainings, each with a checkpoint. Default: the notebook's Stop button. */
  signal?: AbortSignal;
}

/** How long a run that another study works on is left alone before it is looked at again. */
const WATCH_MILLISECONDS = 1000;

/**
 * Trains what is missing of a grid, and keeps every run's probability maps. Finished runs are taken as they are; a run
 * that another study works on is left to it, and waited for; one whose loss is no longer a number is recorded as
 * diverged. Stopped or killed, the same call goes on.
 *
 * @throws {RunError} if the signal stopped it, or other data are asked for and there are none.
 */
export async function runGrid(options: RunGridOptions): Promise<GridCell[]> {
  const { grid, dataset, datasetOf, results, source, processes, onProgress, onWarning, acceptWithoutDigest } = options;
  using caller = callersSignal(options.signal);
  const { signal } = caller;
  const others = new Map<number, Dataset>();
  const dataOf = async ({ difficulty }: Pick<GridEntry, "difficulty">) => {
    if (difficulty === undefined) return dataset;
    if (!datasetOf) {
      throw new RunError("A grid's difficulty is of generated images: leave it out for data of your own");
    }
    if (!others.has(difficulty)) others.set(difficulty, await datasetOf(difficulty));
    return others.get(difficulty)!;
  };
  const cells: GridCell[] = [];
  for (const entry of gridEntries(grid)) {
    const config = await withDigest(entry.config);
    const run = runName(config, await dataOf(entry));
    cells.push({ ...entry, config, run, state: "waiting", progress: 0, seconds: 0 });
  }
  const report = () => onProgress?.(cells);
  for (const cell of cells) {
    const record = await finishedRun(join(results, cell.run), cell.config, {
      keepMaps: true,
      acceptWithoutDigest,
      onWarning,
    });
    if (!record) continue;
    Object.assign(cell, { state: "reused", record, progress: 1 });
    await tidyFinishedRun(join(results, cell.run));
  }
  report();
  // What cannot train, or be scored, is said before hours of training.
  for (const cell of cells) if (cell.state === "waiting") refuseUnscorable(cell.config, await dataOf(cell));
  const smallest = (config: TrainingConfig) => JSON.stringify([Trainer.keyOf(config), config.cropSize]);
  const single = cells.filter(({ state, config }) => state === "waiting" && config.batchSize === 1);
  new Map(single.map(({ config }) => [smallest(config), config])).forEach((config) => refuseSingleValues(config));
  // One failure ends the others too, with their checkpoints.
  const failed = new AbortController();
  let failure: unknown;
  const stop = AbortSignal.any([failed.signal, ...(signal ? [signal] : [])]);
  // What another study works on is asked for again: it may end there, or be left unfinished.
  const watched = new Set<GridCell>();
  const next = () =>
    cells.find(({ state }) => state === "waiting") ??
      cells.find((cell) => cell.state === "elsewhere" && !watched.has(cell));
  type Train = (
    task: CellTask,
    context: Pick<CellContext, "onProgress" | "onWarning" | "signal">,
  ) => Promise<CellOutcome>;
  const work = async (train: Train) => {
    for (let own = next(); own && !stop.aborted; own = next()) {
      const cell = own, start = performance.now();
      const advance = (change: Partial<GridCell>) => {
        Object.assign(cell, change, { seconds: (performance.now() - start) / 1000 });
        report();
      };
      if (cell.state === "elsewhere") {
        watched.add(cell);
        await delay(WATCH_MILLISECONDS);
        watched.delete(cell);
      } else advance({ state: "running" });
      try {
        const { run, config, difficulty, block } = cell;
        const keepTrainingMaps = grid.keepTrainingMaps && block === "main";
        const outcome = await train({ run, config, difficulty, keepTrainingMaps }, {
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
  const { jobs, threads } = processes ?? { jobs: 1, threads: runtimeInfo().threads };
  // A process's threads are chosen when it starts: others than this one's need another process.
  if (source && (jobs > 1 || threads !== runtimeInfo().threads)) {
    const start = { results, source, fingerprint: dataset.fingerprint, acceptWithoutDigest };
    const lanes = Math.min(jobs, cells.filter(({ state }) => state === "waiting").length);
    await Promise.all(Array.from({ length: lanes }, async () => {
      await using child = new TrainingProcess(start, threads);
      await work((task, context) => child.train(task, context));
    }));
  } else {
    using pool = new TrainerPool();
    await work(async (task, context) =>
      trainCell(task, { ...context, dataset: await dataOf(task), results, pool, acceptWithoutDigest })
    );
  }
  if (failure) throw failure;
  if (signal?.aborted) throw new RunError("Stopped: run the same command again to go on");
  return cells;
}

/** Steps of each architecture take about that long, a UNet's being 1; what has run of it says it better. */
const COST = { unet: 1, deeplabv3: 1.9, deeplabv3plus: 0.9, pspnet: 0.3 } as const;

/**
 * Seconds that are left, from what the cells took so far; NaN before one has trained.
 *
 * @param jobs how many train side by side
 */
export function secondsLeft(cells: readonly GridCell[], jobs = 1): number {
  const workOf = ({ config }: GridCell) => config.epochs * config.trainingShare;
  const costOf = (cell: GridCell) => COST[cell.config.architecture] * workOf(cell);
  const sum = (some: readonly GridCell[], of: (cell: GridCell) => number) => some.reduce((n, cell) => n + of(cell), 0);
  const trained = cells.filter(({ state, progress }) => (state === "done" || state === "running") && progress > 0);
  const taken = Map.groupBy(trained, ({ config }) => config.architecture);
  const rateOf = (some: readonly GridCell[], of: (cell: GridCell) => number) =>
    sum(some, ({ seconds }) => seconds) / sum(some, (cell) => cell.progress * of(cell));
  const open = cells.filter(({ state }) => state === "waiting" || state === "running");
  const left = sum(open, (cell) => {
    const like = taken.get(cell.config.architecture);
    return (1 - cell.progress) * (like ? rateOf(like, workOf) * workOf(cell) : rateOf(trained, costOf) * costOf(cell));
  });
  return left / Math.max(1, Math.min(jobs, open.length));
}
