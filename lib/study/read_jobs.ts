import { join } from "node:path";
import type { DigestOptions } from "../io/file_digest.ts";
import type { Job } from "../runs/grid/job.ts";
import { readDivergence } from "../runs/grid/train_job.ts";
import { readRun } from "../runs/run_store.ts";

/**
 * Reads the records of the runs of a grid that are finished into their jobs.
 *
 * @param results folder of all runs
 * @returns the jobs that have not ended: neither finished nor diverged
 */
export async function readJobs(jobs: readonly Job[], results: string, options: DigestOptions): Promise<Job[]> {
  const open: Job[] = [];
  for (const job of jobs) {
    const folder = join(results, job.run);
    job.record = await readRun(folder, options);
    if (!job.record && !await readDivergence(folder, options)) open.push(job);
  }
  return open;
}
