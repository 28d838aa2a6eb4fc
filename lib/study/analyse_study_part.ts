import { join } from "node:path";
import { dataFinder, gridJobs } from "../runs/grid/grid_jobs.ts";
import type { RunGridOptions } from "../runs/grid/grid.ts";
import { continuedGrid, withDataOptions } from "../runs/grid/study_grid.ts";
import { readDivergence } from "../runs/grid/train_job.ts";
import { RunError } from "../runs/run_error.ts";
import { readRun } from "../runs/run_store.ts";
import { callersSignal } from "../runs/stop_signal.ts";
import { count } from "../io/count.ts";
import { analysePart } from "./analyse/analyse_study.ts";

/** Options of {@linkcode analyseStudyPart}. */
export interface AnalyseStudyPartOptions
  extends Pick<RunGridOptions, "grid" | "dataset" | "datasetFor" | "results" | "acceptWithoutDigest" | "signal"> {
  /** Called while the part is computed, with its completed share, 0 to 1. */
  onAnalysis?: (done: number, step: string) => void;
}

/**
 * Computes and saves one part of the analysis of a study whose runs are finished. It trains nothing. `runStudy` with the
 * same grid then reads the part instead of computing it. Jobs on several computers may compute several parts at once.
 *
 * @param name of the part, such as `members` or `ensemble-residual`
 * @throws {RunError} if runs are not finished, or if the analysis has no such part; the message lists the parts.
 * @throws {StoppedError} if the signal stopped it.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { StudyGrid } from "lib/runs";
 * import { analyseStudyPart, demoStudy } from "lib/study";
 *
 * const grid = StudyGrid.parse({ config: { folds: 2 }, blocks: [{ folds: [0, 1] }] });
 * const options = { ...await demoStudy(), grid, results: "no-such-study" };
 * await assert.rejects(analyseStudyPart("members", options), /16 of 16 runs are not finished/);
 * ```
 */
export async function analyseStudyPart(name: string, options: AnalyseStudyPartOptions): Promise<void> {
  const { dataset, datasetFor, results, acceptWithoutDigest, onAnalysis } = options;
  using caller = callersSignal(options.signal);
  const grid = withDataOptions(await continuedGrid(results, options.grid, { acceptWithoutDigest }), dataset);
  const jobs = await gridJobs(grid, dataFinder(options)), open: string[] = [];
  for (const job of jobs) {
    const folder = join(results, job.run);
    job.record = await readRun(folder, { acceptWithoutDigest });
    if (!job.record && !await readDivergence(folder, { acceptWithoutDigest })) open.push(job.run);
  }
  if (open.length) {
    throw new RunError(
      `${open.length} of ${count(jobs.length, "run")} are not finished, such as ${
        open[0]
      }: finish them with deno task run, ` +
        "or leave --part out, and the study trains them",
    );
  }
  await analysePart(name, { dataset, datasetFor, jobs, results, signal: caller.signal, onProgress: onAnalysis });
}
