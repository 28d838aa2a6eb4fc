import type { Dataset } from "../../datasets/dataset.ts";
import { softVote } from "../../ensemble/voting.ts";
import { mean } from "../../math/mean.ts";
import { createTask } from "../../task/tasks.ts";
import { usualLoss } from "../usual_loss.ts";
import { SampleIndex } from "./gather_maps.ts";
import { hasName } from "../../io/registry_names.ts";
import { MAIN_BLOCK } from "../../runs/grid/blocks.ts";
import { type SweepDefinition, type SweepId, SWEEPS } from "./sweeps.ts";
import type { StudyAnalysis } from "./analysis_record.ts";
import type { Job } from "../../runs/grid/job.ts";
import { heldOutPredictions } from "../../runs/saved_predictions.ts";
import { heldOutIds } from "../compare/run_comparisons.ts";
import type { RunRecord } from "../../runs/run_store.ts";

/** Returns the members' runs on the first fold with the first seed. */
export function firstFoldRuns(jobs: readonly Job[]): RunRecord[] {
  const main = jobs.filter(({ block, config }) => block === MAIN_BLOCK && config.fold === 0);
  const seed = Math.min(...main.map(({ config }) => config.seed));
  return main.flatMap(({ config, record }) => config.seed === seed && record ? [record] : []);
}

/** Computes the quality of members and the gain of their soft vote on the first fold, at each level of each sweep. */
export async function qualityLevels(
  options: {
    jobs: readonly Job[];
    results: string;
    dataset: Dataset;
    datasetFor?: (difficulty: number) => Promise<Dataset>;
  },
): Promise<StudyAnalysis["quality"]> {
  const { jobs, results, dataset, datasetFor } = options;
  const indices = new Map<Dataset, SampleIndex>();
  const levels: StudyAnalysis["quality"] = [];
  const add = async (
    sweep: SweepId,
    level: number | null,
    runs: readonly RunRecord[],
    data: Dataset,
    epoch?: number,
  ) => {
    if (runs.length < 2) return;
    const index = indices.get(data) ?? new SampleIndex(data, createTask(runs[0].config)), { scorer } = index;
    indices.set(data, index);
    const ids = heldOutIds(runs[0]);
    const maps: Float32Array[][] = [];
    for (const record of runs) {
      maps.push((await heldOutPredictions(results, record, epoch)).map(({ probabilities }) => probabilities));
    }
    const dice = (i: number, map: Float32Array) => scorer.dice(index.image(ids[i], []), map);
    levels.push({
      sweep,
      level,
      members: runs.map(({ config }) => `${config.architecture} ${config.loss}`),
      ids,
      groups: ids.map((id) => index.sample(id).group),
      member: ids.map((_, i) => mean(maps.map((each) => dice(i, each[i])))),
      ensemble: ids.map((_, i) => dice(i, softVote(maps.map((each) => each[i])))),
    });
  };
  const recorded = jobs.flatMap((job) => job.record ? [{ ...job, record: job.record }] : []);
  const first = firstFoldRuns(jobs);
  if (first.length) {
    const { config: { epochs, keepEpochs }, stepLosses } = first[0];
    // A training that ended early has not kept all epochs.
    const kept = keepEpochs.filter((epoch) => first.every(({ maps }) => maps.some((each) => each.epoch === epoch)));
    for (const epoch of [...kept, epochs]) {
      const steps = Math.round(stepLosses.length * epoch / epochs);
      // The whole training is scored with its final weights, even if they are those of the best epoch.
      await add("training-length", steps, first, dataset, epoch === epochs ? undefined : epoch);
    }
  }
  for (const [sweep, varied] of Map.groupBy(recorded, ({ block }) => block)) {
    if (!hasName(SWEEPS, sweep)) continue;
    const { level: findLevel }: SweepDefinition = SWEEPS[sweep];
    if (!findLevel) continue;
    const architectures = new Set(varied.map(({ config }) => config.architecture));
    const main = first.filter(({ config }) =>
      config.loss === usualLoss(config.task) && architectures.has(config.architecture)
    );
    await add(sweep, null, main, dataset);
    for (const [level, members] of Map.groupBy(varied, findLevel)) {
      const { difficulty } = members[0];
      const data = difficulty === undefined ? dataset : await datasetFor!(difficulty);
      await add(sweep, level, members.map(({ record }) => record), data);
    }
  }
  return levels;
}
