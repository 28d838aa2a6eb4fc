import { ARCHITECTURES } from "../../nn/architectures/architectures.ts";
import type { Job } from "./job.ts";

/** Returns the seconds of a finished run: of this sitting, or of all sittings if an earlier one began it. */
function wholeSeconds({ seconds, record }: Job): number {
  return Math.max(seconds, Object.values(record?.seconds ?? {}).reduce((sum, each) => sum + each, 0));
}

/**
 * Estimates the remaining seconds from the times of finished runs. There is no estimate before a run has finished, because the
 * first steps are compiled, nor while all that is left is trained by other processes.
 *
 * @param parallelJobs number of jobs that train at the same time
 * @returns NaN without an estimate
 */
export function secondsLeft(jobs: readonly Job[], parallelJobs = 1): number {
  const trainingWork = ({ config }: Job) => config.epochs * config.trainingShare;
  const expectedCost = (job: Job) => ARCHITECTURES[job.config.architecture].relativeTime * trainingWork(job);
  const sum = (selected: readonly Job[], measure: (job: Job) => number) =>
    selected.reduce((n, job) => n + measure(job), 0);
  const trained = jobs.filter(({ state }) => state === "done");
  const taken = Map.groupBy(trained, ({ config }) => config.architecture);
  const secondsPer = (selected: readonly Job[], measure: (job: Job) => number) =>
    sum(selected, wholeSeconds) / sum(selected, measure);
  // Those that run hold their places, and the next one begins where a place is free first.
  const open = ["running", "waiting"].flatMap((which) => jobs.filter(({ state }) => state === which));
  if (open.length === 0) return jobs.some(({ state }) => state === "locked") ? NaN : 0;
  const busy = new Array<number>(Math.max(1, parallelJobs)).fill(0);
  for (const job of open) {
    const like = taken.get(job.config.architecture);
    busy[busy.indexOf(Math.min(...busy))] += (1 - job.progress) *
      (like
        ? secondsPer(like, trainingWork) * trainingWork(job)
        : secondsPer(trained, expectedCost) * expectedCost(job));
  }
  return Math.max(...busy);
}
