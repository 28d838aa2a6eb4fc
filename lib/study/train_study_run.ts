import { runGrid, type RunGridOptions } from "../runs/grid/grid.ts";
import type { Job } from "../runs/grid/job.ts";
import { readStudyGrid, writeStudyGrid } from "../runs/grid/study_grid.ts";
import { lockRun } from "../runs/lock_run.ts";
import { beginStudy } from "./begin_study.ts";
import { readStudySource, writeStudySource } from "./study_source.ts";

/** Options of {@linkcode trainStudyRun}. */
export type TrainStudyRunOptions = Omit<RunGridOptions, "only"> & Required<Pick<RunGridOptions, "source">>;

/**
 * Trains one run of a study, or returns it if it is finished. Jobs on several computers may call this for the same study
 * and even for the same run: a second one waits for the first.
 *
 * @param name name of the run, which is also its folder in the results
 * @throws {StoppedError} if the signal stopped it; the same call continues.
 * @throws {RunError} if the grid has no such run.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { StudyGrid } from "lib/runs";
 * import { demoStudy, trainStudyRun } from "lib/study";
 *
 * const grid = StudyGrid.parse({ config: { folds: 2 }, blocks: [{ folds: [0, 1] }] });
 * const results = await Deno.makeTempDir();
 * await assert.rejects(trainStudyRun("no-such-run", { ...await demoStudy(), grid, results }), /no run no-such-run/);
 * await Deno.remove(results, { recursive: true });
 * ```
 */
export async function trainStudyRun(name: string, options: TrainStudyRunOptions): Promise<Job> {
  const { results, source, acceptWithoutDigest, signal } = options;
  const { grid, processes, algorithms } = await beginStudy(options);
  // Several jobs begin at once, and their partial files would have the same name if their process numbers are equal.
  {
    using _lock = await lockRun(results, { wait: true, signal });
    if (!await readStudyGrid(results, { acceptWithoutDigest })) await writeStudyGrid(results, grid);
    if (!await readStudySource(results, { acceptWithoutDigest })) {
      await writeStudySource(results, { ...source, fingerprint: options.dataset.fingerprint });
    }
  }
  const [job] = await runGrid({ ...options, grid, processes, algorithms, only: name });
  return job;
}
