import type { Dataset } from "../../datasets/dataset.ts";
import { nearestWord } from "../../io/nearest_word.ts";
import { RunError } from "../run_error.ts";
import { runName, withDigest } from "../run_name.ts";
import { withTaskOptions } from "../task_options.ts";
import type { Job } from "./job.ts";
import { gridEntries, type GridEntry, type StudyGrid } from "./study_grid.ts";

/** Returns the data set of a run. */
export type FindData = (entry: Pick<GridEntry, "difficulty">) => Promise<Dataset>;

async function toJob(entry: GridEntry, findData: FindData): Promise<Job> {
  const data = await findData(entry);
  const config = withTaskOptions(await withDigest(entry.config), data);
  return { ...entry, config, run: runName(config, data), state: "waiting", progress: 0, seconds: 0 };
}

/** Lists the runs of a grid with their names, none of them started. */
export async function gridJobs(grid: StudyGrid, findData: FindData): Promise<Job[]> {
  const jobs: Job[] = [];
  for (const entry of gridEntries(grid)) jobs.push(await toJob(entry, findData));
  return jobs;
}

/**
 * Finds a run of a grid by its name.
 *
 * @throws {RunError} if the grid has no such run with these data.
 */
export async function gridJob(grid: StudyGrid, name: string, findData: FindData): Promise<Job> {
  const known: string[] = [];
  // Data of another difficulty are generated, so the runs without them come first.
  const entries = gridEntries(grid).sort((a, b) =>
    Number(a.difficulty !== undefined) - Number(b.difficulty !== undefined)
  );
  for (const entry of entries) {
    const job = await toJob(entry, findData);
    if (job.run === name) return job;
    known.push(job.run);
  }
  throw new RunError(
    `The grid has no run ${name} with these data (the nearest is ${
      nearestWord(name, known)
    }): if the grid or the data ` +
      "changed, write the workflow again with deno task study --workflow",
  );
}
