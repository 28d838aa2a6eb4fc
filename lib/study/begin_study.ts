import { SCORED_THRESHOLD } from "../ensemble/dice_scorer.ts";
import { MAIN_BLOCK } from "../runs/grid/blocks.ts";
import type { RunGridOptions } from "../runs/grid/grid.ts";
import { continuedGrid, gridEntries, gridMembers, type StudyGrid, withDataOptions } from "../runs/grid/study_grid.ts";
import { trainingProcesses } from "../runs/grid/training_process.ts";
import { RunError } from "../runs/run_error.ts";
import { runtimeInfo } from "../tensorflow/mod.ts";
import { ConfigError } from "../train/config.ts";
import { fixStudyMachine } from "./study_machine.ts";

/** What all runs of a study share, wherever they are trained. */
export interface BegunStudy {
  /** The grid with every option that the study began with. */
  grid: StudyGrid;
  processes: { jobs: number; threads: number };
  /** Entry of the table of algorithms of convolutions. */
  algorithms: string;
}

/**
 * Throws for a grid whose main block has fewer than two members with all their folds, before anything is trained.
 *
 * @throws {ConfigError} with the number of members.
 */
function refuseFewMembers(grid: StudyGrid): void {
  const complete = [...gridMembers(grid).values()].filter((entries) => entries.length === entries[0].config.folds);
  if (complete.length >= 2) return;
  throw new ConfigError(
    `A study compares members and combines them: its grid needs a block "${MAIN_BLOCK}" with two members or more (of architectures, ` +
      `losses or seeds) and all folds of each, and it has ${complete.length}`,
  );
}

/**
 * Throws for a threshold of the user's: members and ensembles are scored at 0.5 and at tuned thresholds, and their runs would
 * be scored at another.
 *
 * @throws {ConfigError} with the threshold.
 */
function refuseOtherThresholds(grid: StudyGrid): void {
  const other = gridEntries(grid).find(({ config }) => config.threshold !== SCORED_THRESHOLD);
  if (!other) return;
  throw new ConfigError(
    `threshold is ${other.config.threshold}, and a study scores at ${SCORED_THRESHOLD} and at thresholds that it tunes: ` +
      "leave it out, and give --threshold to deno task predict",
  );
}

/**
 * Throws for a grid that no study can compare, before anything is trained.
 *
 * @throws {ConfigError} if there are too few members for an ensemble, or a threshold is not 0.5.
 */
export function checkStudyGrid(grid: StudyGrid): void {
  refuseFewMembers(grid);
  refuseOtherThresholds(grid);
}

/**
 * Begins a study, or continues it with the options, the threads and the algorithms of its beginning. A study on one
 * computer and each job on a cluster begin here, so that their runs are equal.
 *
 * @throws {ConfigError} if there are too few members for an ensemble, or a threshold is not 0.5.
 * @throws {RunError} if this process has other threads than the study, and cannot start another.
 */
export async function beginStudy(options: RunGridOptions): Promise<BegunStudy> {
  const { dataset, results, source, onWarning, acceptWithoutDigest, signal } = options;
  const grid = withDataOptions(await continuedGrid(results, options.grid, { acceptWithoutDigest }), dataset);
  checkStudyGrid(grid);
  const here = runtimeInfo().threads;
  const processes = options.processes ?? (source ? trainingProcesses() : { jobs: 1, threads: here });
  const { threads, algorithms } = await fixStudyMachine(results, processes.threads, {
    onWarning,
    acceptWithoutDigest,
    algorithms: options.algorithms,
    signal,
  });
  if (!source && threads !== here) {
    throw new RunError(
      `${results} began with ${threads} threads per training, and this process has ${here}: start it with ` +
        `TF_NUM_INTRAOP_THREADS=${threads} and TF_NUM_INTEROP_THREADS=${threads}, or choose another folder`,
    );
  }
  return { grid, processes: { ...processes, threads }, algorithms };
}
