import { z } from "zod";
import type { Dataset } from "../data/dataset.ts";
import { replaceText } from "../data/replace_file.ts";
import { parseConfig, type TrainingConfig } from "../train/config.ts";
import { NonFiniteLossError } from "../train/fit.ts";
import { TrainerPool } from "../train/trainer.ts";
import { LOSSES } from "../train/losses.ts";
import { ARCHITECTURES } from "../nn/segmentation_model.ts";
import { join } from "node:path";
import { RunError, type RunRecord } from "./run_store.ts";
import { runName, trainRun } from "./train_run.ts";

const names = <T extends readonly [string, ...string[]]>(known: T) => z.array(z.enum(known)).min(1);

/** A block of runs: every combination of its lists. */
const GridBlock = z.strictObject({
  architectures: names(ARCHITECTURES).default([...ARCHITECTURES]),
  losses: names(LOSSES).default(["bce", "focal"]),
  folds: z.array(z.int().nonnegative()).min(1),
  seeds: z.array(z.int()).min(1).default([1]),
  /** What differs from the grid's configuration. */
  config: z.record(z.string(), z.unknown()).default({}),
});

/** Which runs a study makes. */
export const StudyGrid = z.strictObject({
  /** What all runs share; what is left out has the training configuration's default. */
  config: z.record(z.string(), z.unknown()).default({}),
  blocks: z.array(GridBlock).min(1),
});
/** Which runs a study makes. */
export type StudyGrid = z.output<typeof StudyGrid>;

/**
 * The configurations of a grid's runs, in order: fold by fold, so that an unfinished study has whole folds. A run
 * that several blocks ask for is there once.
 *
 * @throws {ConfigError} for options that do not exist or do not fit.
 */
export function gridConfigs(grid: StudyGrid): TrainingConfig[] {
  const configs = new Map<string, TrainingConfig>();
  for (const { architectures, losses, folds, seeds, config } of grid.blocks) {
    for (const seed of seeds) {
      for (const fold of folds) {
        for (const architecture of architectures) {
          for (const loss of losses) {
            const parsed = parseConfig({ ...grid.config, ...config, architecture, loss, fold, seed });
            configs.set(JSON.stringify(parsed), parsed);
          }
        }
      }
    }
  }
  return [...configs.values()];
}

/** A training that ended because its loss was no number: `diverged.json` in the run's folder. */
export interface Divergence {
  config: TrainingConfig;
  message: string;
}

/** One cell of a grid. */
export interface GridCell {
  config: TrainingConfig;
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
  dataset: Dataset;
  configs: readonly TrainingConfig[];
  /** Folder of all runs. */
  results: string;
  /** Called whenever a cell changes, and while one trains. */
  onProgress?: (cells: readonly GridCell[]) => void;
  onWarning?: (message: string) => void;
  signal?: AbortSignal;
}

async function readDivergence(folder: string): Promise<Divergence | undefined> {
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
 * @throws {RunError} if the signal stopped it.
 */
export async function runGrid(options: RunGridOptions): Promise<GridCell[]> {
  const { dataset, configs, results, onProgress, onWarning, signal } = options;
  const cells = configs.map((config): GridCell => ({
    config,
    run: runName(config, dataset),
    state: "waiting",
    progress: 0,
    seconds: 0,
  }));
  const report = () => onProgress?.(cells);
  using pool = new TrainerPool();
  for (const cell of cells) {
    if (signal?.aborted) throw new RunError(`Stopped: run the same command again to go on`);
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
        dataset,
        results,
        keepMaps: true,
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
