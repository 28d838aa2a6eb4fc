import { count } from "../io/count.ts";
import { nearestWord } from "../io/nearest_word.ts";
import { OptionError } from "../io/option_error.ts";
import { codeDigest } from "../runs/code_digest.ts";
import { dataFinder, gridJobs } from "../runs/grid/grid_jobs.ts";
import type { RunGridOptions } from "../runs/grid/grid.ts";
import { continuedGrid, withDataOptions } from "../runs/grid/study_grid.ts";
import { RunError } from "../runs/run_error.ts";
import { callersSignal } from "../runs/stop_signal.ts";
import { analysePart } from "./analyse/analyse_study.ts";
import { PART_NAMES } from "./analyse/parts/analysis_parts.ts";
import { readJobs } from "./read_jobs.ts";

/** Options of {@linkcode analyseStudyPart}. */
export interface AnalyseStudyPartOptions
  extends Pick<RunGridOptions, "grid" | "dataset" | "datasetFor" | "results" | "acceptWithoutDigest" | "signal"> {
  /** Called while the part is computed, with its completed share, 0 to 1. */
  onAnalysis?: (done: number, step: string) => void;
}

/**
 * Checks the name of a part of an analysis, before data are read.
 *
 * @throws {OptionError} if no analysis has such a part; the message lists the parts.
 */
export function requirePart(name: string): void {
  if (PART_NAMES.includes(name)) return;
  throw new OptionError(
    `An analysis has no part "${name}": did you mean ${nearestWord(name, PART_NAMES)}? The parts are ${
      PART_NAMES.join(", ")
    }`,
  );
}

/**
 * Computes and saves one part of the analysis of a study whose runs are finished. It trains nothing. `runStudy` with the
 * same grid then reads the part instead of computing it. Jobs on several computers may compute several parts at once.
 *
 * @param name of the part, such as `members` or `ensemble-residual`
 * @returns `false` if this analysis has no such part, as its runs kept no maps of training images
 * @throws {OptionError} if no analysis has such a part; the message lists the parts.
 * @throws {RunError} if runs are not finished.
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
export async function analyseStudyPart(name: string, options: AnalyseStudyPartOptions): Promise<boolean> {
  requirePart(name);
  const { dataset, datasetFor, results, acceptWithoutDigest, onAnalysis } = options;
  using caller = callersSignal(options.signal);
  // The part is saved under the code that is running, which files on the disk may no longer be then.
  await codeDigest();
  const grid = withDataOptions(await continuedGrid(results, options.grid, { acceptWithoutDigest }), dataset);
  const jobs = await gridJobs(grid, dataFinder(options)), open = await readJobs(jobs, results, { acceptWithoutDigest });
  if (open.length) {
    throw new RunError(
      `${open.length} of ${count(jobs.length, "run")} are not finished, such as ${
        open[0].run
      }: write the workflow again ` +
        "with deno task study --workflow, so that its jobs train them, or leave --part out",
    );
  }
  return await analysePart(name, { dataset, datasetFor, jobs, results, signal: caller.signal, onProgress: onAnalysis });
}
