import { join } from "node:path";
import type { Dataset, TrainingConfig } from "lib";
import { exists } from "lib/io/exists.ts";
import { runName, withDigest } from "lib/runs/run_name.ts";
import { withTaskOptions } from "lib/runs/task_options.ts";

/**
 * Returns whether a run has a folder: it is finished or goes on, so that advice on its options comes too late.
 *
 * @param results folder of all runs
 */
export async function trainingHasBegun(config: TrainingConfig, dataset: Dataset, results: string): Promise<boolean> {
  const named = withTaskOptions(await withDigest(config), dataset);
  return await exists(join(results, runName(named, dataset)));
}
