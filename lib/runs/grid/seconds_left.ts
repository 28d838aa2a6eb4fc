import { ARCHITECTURES } from "../../nn/architectures/architectures.ts";
import type { Job } from "./job.ts";

/**
 * Estimates the remaining seconds from the times of finished jobs; NaN before one has trained.
 *
 * @param parallelJobs number of jobs that train at the same time
 */
export function secondsLeft(jobs: readonly Job[], parallelJobs = 1): number {
  const trainingWork = ({ config }: Job) => config.epochs * config.trainingShare;
  const expectedCost = (job: Job) => ARCHITECTURES[job.config.architecture].relativeTime * trainingWork(job);
  const sum = (selected: readonly Job[], measure: (job: Job) => number) =>
    selected.reduce((n, job) => n + measure(job), 0);
  const trained = jobs.filter(({ state, progress }) => (state === "done" || state === "running") && progress > 0);
  const taken = Map.groupBy(trained, ({ config }) => config.architecture);
  const secondsPer = (selected: readonly Job[], measure: (job: Job) => number) =>
    sum(selected, ({ seconds }) => seconds) / sum(selected, (job) => job.progress * measure(job));
  const open = jobs.filter(({ state }) => state === "waiting" || state === "running");
  const left = sum(open, (job) => {
    const like = taken.get(job.config.architecture);
    return (1 - job.progress) *
      (like
        ? secondsPer(like, trainingWork) * trainingWork(job)
        : secondsPer(trained, expectedCost) * expectedCost(job));
  });
  return left / Math.max(1, Math.min(parallelJobs, open.length));
}
