import type { Dataset } from "../../datasets/dataset.ts";
import { nearestWord } from "../../io/nearest_word.ts";
import { RunError } from "../run_error.ts";
import { runName, withDigest } from "../run_name.ts";
import { withTaskOptions } from "../task_options.ts";
import type { Job } from "./job.ts";
import { gridEntries, type GridEntry, type StudyGrid } from "./study_grid.ts";

/** Returns the data set of a run. */
export type FindData = (entry: Pick<GridEntry, "difficulty">) => Promise<Dataset>;

/** Data sets of runs. */
export interface RunData {
  dataset: Dataset;
  /** Makes data of another difficulty. */
  datasetFor?: (difficulty: number) => Promise<Dataset>;
}

/**
 * Returns a function that finds the data set of a run, and makes each one once.
 *
 * @returns a function that throws a {@linkcode RunError} if data of another difficulty are needed and there are none
 */
export function dataFinder({ dataset, datasetFor }: RunData): FindData {
  const others = new Map<number, Dataset>();
  return async ({ difficulty }) => {
    if (difficulty === undefined) return dataset;
    if (!datasetFor) {
      throw new RunError("A grid's difficulty is of generated images: leave it out for data of your own");
    }
    if (!others.has(difficulty)) others.set(difficulty, await datasetFor(difficulty));
    return others.get(difficulty)!;
  };
}

/** Returns a function that makes the job of an entry, and reads each file of weights once. */
function jobMaker(findData: FindData): (entry: GridEntry) => Promise<Job> {
  const sources = new Map<string, string>();
  return async (entry) => {
    const data = await findData(entry), given = entry.config.encoderWeights;
    if (!sources.has(given)) sources.set(given, (await withDigest(entry.config)).encoderWeights);
    const config = withTaskOptions({ ...entry.config, encoderWeights: sources.get(given)! }, data);
    return { ...entry, config, run: runName(config, data), state: "waiting", progress: 0, seconds: 0 };
  };
}

/** Lists the runs of a grid with their names, none of them started. */
export async function gridJobs(grid: StudyGrid, findData: FindData): Promise<Job[]> {
  const jobs: Job[] = [], toJob = jobMaker(findData);
  for (const entry of gridEntries(grid)) jobs.push(await toJob(entry));
  return jobs;
}

/**
 * Finds a run of a grid by its name.
 *
 * @throws {RunError} if the grid has no such run with these data.
 */
export async function gridJob(grid: StudyGrid, name: string, findData: FindData): Promise<Job> {
  const known: string[] = [], toJob = jobMaker(findData);
  // Data of another difficulty are generated, so the runs without them come first.
  const entries = gridEntries(grid).sort((a, b) =>
    Number(a.difficulty !== undefined) - Number(b.difficulty !== undefined)
  );
  for (const entry of entries) {
    const job = await toJob(entry);
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
