import { basename, join } from "node:path";
import type { DigestOptions } from "../io/file_digest.ts";
import type { Dataset } from "../datasets/dataset.ts";
import type { Architecture } from "../nn/architectures/architectures.ts";
import { withProgressBar } from "../display/progress_bar.ts";
import type { LossName } from "../train/losses/losses.ts";
import { runGrid } from "../runs/grid/grid.ts";
import { MAIN_BLOCK } from "../runs/grid/blocks.ts";
import { gridEntries, readStudyGrid, type StudyGrid } from "../runs/grid/study_grid.ts";
import { profileGrid, PROFILES } from "./profiles.ts";
import { parseConfig, STATISTICS_BY_WEIGHTS } from "../train/config.ts";
import { RunError } from "../runs/run_store.ts";
import { stopSignal } from "../runs/stop_signal.ts";
import { finishedRun } from "../runs/finished_run.ts";
import { readStudyMachine, studyAlgorithms } from "./study_machine.ts";
import { runName, withDigest } from "../runs/run_name.ts";
import { type TrainedRun, trainRun } from "../runs/train_run.ts";
import type { DataSource } from "../runs/grid/process_messages.ts";
import { trainingProcesses } from "../runs/grid/training_process.ts";

/** The choice of a run of a study. */
export interface MemberChoice {
  architecture: Architecture;
  loss: LossName;
  /** Counted from 0. */
  fold: number;
  seed: number;
  /** Options that differ from the study's configuration, which make a separate run outside the study. */
  options?: Record<string, unknown>;
}

/**
 * Makes the grid of a single run, like the main runs of a study.
 *
 * @param folder of the study, with its `grid.json`; a profile's grid needs none
 * @throws {RunError} if there is no such study, or it does not train on this fold.
 * @throws {RunError} if its grid is damaged, or has no digest.
 */
export async function memberGrid(
  folder: string,
  choice: MemberChoice,
  digest: DigestOptions = {},
): Promise<StudyGrid> {
  const { architecture, loss, fold, seed, options } = choice;
  const profile = PROFILES.find((name) => name === basename(folder));
  const grid = await readStudyGrid(folder, digest) ?? (profile && profileGrid(profile));
  if (!grid) throw new RunError(`There is no ${join(folder, "grid.json")}: make the study with deno task study`);
  const main = grid.blocks.filter(({ name }) => name === MAIN_BLOCK);
  const block = main.find(({ folds }) => folds.includes(fold));
  if (!block) {
    const folds = [...new Set(main.flatMap(({ folds }) => folds))].sort((a, b) => a - b);
    throw new RunError(`fold is ${fold}: ${folder} trains on the folds ${folds.join(", ")}`);
  }
  // A study has the statistics of its start weights, and other weights have others.
  const isOtherStart = options?.encoderWeights !== undefined &&
    options.encoderWeights !== (grid.config.encoderWeights ?? parseConfig({}).encoderWeights);
  return {
    config: {
      ...grid.config,
      ...(isOtherStart && { inputStatistics: STATISTICS_BY_WEIGHTS }),
      ...options,
    },
    keepTrainingMaps: false,
    blocks: [{ ...block, architectures: [architecture], losses: [loss], folds: [fold], seeds: [seed] }],
  };
}

/** Options of {@linkcode trainMember}. */
export interface TrainMemberOptions extends DigestOptions {
  /** Grid of one run: see {@linkcode memberGrid}. */
  grid: StudyGrid;
  dataset: Dataset;
  /** Source of the data set. */
  source: DataSource;
  /** The study's folder. */
  study: string;
  /** Folder of the runs outside studies. */
  results: string;
}

/**
 * Returns a run of a study. If the study has not trained it (or its maps are missing), it is trained in the same way
 * outside the study, with a progress bar; it can be stopped.
 *
 * @throws {RunError} if it is stopped, or if its loss becomes NaN or infinite.
 */
export async function trainMember(options: TrainMemberOptions): Promise<TrainedRun> {
  const { grid, dataset, source, study, results, acceptWithoutDigest } = options;
  const config = await withDigest(gridEntries(grid)[0].config);
  const made = await finishedRun(join(study, runName(config, dataset)), config, {
    keepMaps: true,
    acceptWithoutDigest,
  });
  using stop = stopSignal();
  return await withProgressBar("Training", async (bar) => {
    if (!made) {
      const processes = trainingProcesses();
      const machine = await readStudyMachine(study, { acceptWithoutDigest });
      const [{ record, run, message }] = await runGrid({
        grid,
        dataset,
        source,
        results,
        acceptWithoutDigest,
        processes: { ...processes, threads: machine?.threads ?? processes.threads },
        algorithms: machine && studyAlgorithms(study, machine),
        signal: stop.signal,
        onProgress: ([{ progress, note }]) => void bar.update(progress, note ?? "preparing the first step"),
      });
      if (!record) throw new RunError(message ?? `${run} has not been trained`);
    }
    const trained = await trainRun({
      config,
      dataset,
      results: made ? study : results,
      keepMaps: true,
      scoreObjects: false,
      acceptWithoutDigest,
    });
    const { scores, stepLosses } = trained.record;
    await bar.finish(`${stepLosses.length} steps, validation Dice ${scores.model.dice.toFixed(4)}`);
    return trained;
  });
}
