import { join } from "node:path";
import { z } from "zod";
import type { Dataset } from "../data/dataset.ts";
import { replaceText } from "../data/replace_file.ts";
import { ARCHITECTURES } from "../nn/segmentation_model.ts";
import { parseConfig, type TrainingConfig } from "../train/config.ts";
import { NonFiniteLossError } from "../train/fit.ts";
import { LOSSES } from "../train/losses.ts";
import { TrainerPool } from "../train/trainer.ts";
import { RunError, type RunRecord } from "./run_store.ts";
import { runName, trainRun } from "./train_run.ts";

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
  /** What differs from the grid's configuration. With a `trainingShare` epochs are added, so that steps stay as many. */
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
  for (const { name: block, architectures, losses, folds, seeds, difficulty, config } of grid.blocks) {
    for (const seed of seeds) {
      for (const fold of folds) {
        for (const architecture of architectures) {
          for (const loss of losses) {
            const given = parseConfig({ ...grid.config, ...config, architecture, loss, fold, seed });
            // Fewer images are seen more often: as many steps.
            const epochs = "epochs" in config ? given.epochs : Math.round(given.epochs / given.trainingShare);
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

/** A training that ended because its loss was no number: `diverged.json` in the run's folder. */
export interface Divergence {
  config: TrainingConfig;
  message: string;
}

/** One cell of a grid. */
export interface GridCell extends GridEntry {
  /** Name of its run, and of the folder in the results. */
  run: string;
  state: "waiting" | "running" | "done" | "reused" | "diverged" | "elsewhere";
  /** Share of the steps that are done, while it runs. */
  progress: number;
  /** Seconds that it took in this sitting. */
  seconds: number;
  /** Once it is done. */
  record?: RunRecord;
  /** Why it has no record, where it diverged. */
  message?: string;
}

/** Options of {@linkcode runGrid}. */
export interface RunGridOptions {
  grid: StudyGrid;
  dataset: Dataset;
  /** The data set of another difficulty, where the grid has such blocks. */
  datasetOf?: (difficulty: number) => Promise<Dataset>;
  /** Folder of all runs. */
  results: string;
  /** Called whenever a cell changes, and while one trains. */
  onProgress?: (cells: readonly GridCell[]) => void;
  onWarning?: (message: string) => void;
  signal?: AbortSignal;
}

/** Why a run's training ended, if it diverged. */
export async function readDivergence(folder: string): Promise<Divergence | undefined> {
  try {
    return JSON.parse(await Deno.readTextFile(join(folder, "diverged.json")));
  } catch {
    return undefined;
  }
}

/**
 * Trains what is missing of a grid, one run after the other, and keeps every run's probability maps. Finished runs
 * are taken as they are; a run that another process works on is left to it; one whose loss is no longer a number is
 * recorded as diverged. Stopped or killed, the same call goes on.
 *
 * @throws {RunError} if the signal stopped it, or other data are asked for and there are none.
 */
export async function runGrid(options: RunGridOptions): Promise<GridCell[]> {
  const { grid, dataset, datasetOf, results, onProgress, onWarning, signal } = options;
  const others = new Map<number, Dataset>();
  const dataOf = async ({ difficulty }: GridEntry) => {
    if (difficulty === undefined) return dataset;
    if (!datasetOf) {
      throw new RunError("A grid's difficulty is of generated images: leave it out for data of your own");
    }
    if (!others.has(difficulty)) others.set(difficulty, await datasetOf(difficulty));
    return others.get(difficulty)!;
  };
  const cells: GridCell[] = [];
  for (const entry of gridEntries(grid)) {
    const run = runName(entry.config, await dataOf(entry));
    cells.push({ ...entry, run, state: "waiting", progress: 0, seconds: 0 });
  }
  const report = () => onProgress?.(cells);
  using pool = new TrainerPool();
  for (const cell of cells) {
    if (signal?.aborted) throw new RunError("Stopped: run the same command again to go on");
    const folder = join(results, cell.run);
    const diverged = await readDivergence(folder);
    if (diverged) {
      Object.assign(cell, { state: "diverged", message: diverged.message, progress: 1 });
      report();
      continue;
    }
    cell.state = "running";
    report();
    const start = performance.now();
    try {
      const { record, reused } = await trainRun({
        config: cell.config,
        dataset: await dataOf(cell),
        results,
        keepMaps: true,
        keepTrainingMaps: grid.keepTrainingMaps && cell.block === "main",
        pool,
        onWarning,
        signal,
        onProgress: ({ step, steps }) => {
          cell.progress = step / steps;
          cell.seconds = (performance.now() - start) / 1000;
          report();
        },
      });
      cell.record = record;
      cell.state = reused ? "reused" : "done";
    } catch (error) {
      if (error instanceof NonFiniteLossError) {
        const divergence: Divergence = { config: cell.config, message: error.message };
        await replaceText(join(folder, "diverged.json"), JSON.stringify(divergence, null, 1) + "\n");
        Object.assign(cell, { state: "diverged", message: error.message });
      } else if (error instanceof RunError && /^Another process/.test(error.message)) cell.state = "elsewhere";
      else throw error;
    }
    cell.progress = 1;
    cell.seconds = (performance.now() - start) / 1000;
    report();
  }
  return cells;
}

/** Steps of each architecture take about that long, a UNet's being 1. */
const COST = { unet: 1, deeplabv3: 2.2, deeplabv3plus: 0.95, pspnet: 0.35 } as const;

/** Seconds that are left, from what the finished cells took; NaN before one has finished. */
export function secondsLeft(cells: readonly GridCell[]): number {
  const costOf = ({ config }: GridCell) => COST[config.architecture] * config.epochs * config.trainingShare;
  const sum = (some: readonly GridCell[], of: (cell: GridCell) => number) => some.reduce((n, cell) => n + of(cell), 0);
  const trained = cells.filter(({ state }) => state === "done" || state === "running");
  const done = sum(trained, (cell) => cell.progress * costOf(cell));
  const open = cells.filter(({ state }) => state === "waiting" || state === "running");
  return sum(trained, ({ seconds }) => seconds) / done * sum(open, (cell) => (1 - cell.progress) * costOf(cell));
}
