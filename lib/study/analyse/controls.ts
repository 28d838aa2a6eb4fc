import type { Dataset } from "../../datasets/dataset.ts";
import { softVote } from "../../ensemble/voting.ts";
import { createTask } from "../../task/tasks.ts";
import { SampleIndex } from "./gather_maps.ts";
import type { StudyAnalysis } from "./analysis_record.ts";
import type { Job } from "../../runs/grid/job.ts";
import { heldOutPredictions } from "../../runs/saved_predictions.ts";
import { firstFoldRuns } from "./quality_levels.ts";
import { heldOutIds, matchingRuns, trainingSeconds } from "../compare/run_comparisons.ts";
import type { RunRecord } from "../../runs/run_store.ts";

type Control = NonNullable<StudyAnalysis["controls"]>["entries"][number];

/**
 * Scores the controls of an ensemble of architectures on the unseen images of the first fold: as many trainings of one
 * architecture (seeds and losses), and one member with the training time of all of them.
 *
 * @returns `null` if the grid has no such runs.
 */
export async function measureControls(
  { jobs, dataset, results }: { jobs: readonly Job[]; dataset: Dataset; results: string },
): Promise<StudyAnalysis["controls"]> {
  const runs = jobs.flatMap(({ record }) => record ? [record] : []);
  const members = firstFoldRuns(jobs);
  if (members.length < 2) return null;

  const ids = heldOutIds(members[0]);
  const index = new SampleIndex(dataset, createTask(members[0].config)), { scorer } = index;
  const ensembleDice = async (runs: readonly RunRecord[]) => {
    const maps: Float32Array[][] = [];
    for (const run of runs) {
      maps.push((await heldOutPredictions(results, run)).map(({ probabilities }) => probabilities));
    }
    return ids.map((id, i) => scorer.dice(index.image(id, []), softVote(maps.map((map) => map[i]))));
  };
  const { threads } = members[0].provenance;
  const control = async (
    runs: readonly RunRecord[],
    kind: Control["kind"],
    count: number,
    architecture: string | null = null,
  ): Promise<Control> => ({
    kind,
    architecture,
    count,
    members: runs.length,
    seconds: runs.every(({ provenance }) => provenance.threads === threads) ? trainingSeconds(runs) : null,
    dice: await ensembleDice(runs),
  });

  const byArchitecture = Map.groupBy(members, ({ config }) => config.architecture);
  const seeds: Control[] = [], single: Control[] = [];
  for (const [architecture, counterparts] of byArchitecture) {
    const all = counterparts.flatMap((member) => matchingRuns(runs, member, ["seed"])).sort((a, b) =>
      a.config.seed - b.config.seed
    );
    if (all.length > counterparts.length) {
      // As many as in the ensemble, or all runs of the grid if there are fewer.
      const chosen = all.slice(0, members.length);
      seeds.push(
        await control(chosen, "seeds", new Set(chosen.map(({ config }) => config.seed)).size, architecture),
      );
    }
    const [member] = counterparts;
    const long = matchingRuns(runs, member, ["epochs"]).filter(({ config }) => config.epochs > member.config.epochs);
    if (all.length > counterparts.length || long.length) single.push(await control([member], "alone", 1, architecture));
    for (const run of long) {
      const times = Math.round(run.stepLosses.length / member.stepLosses.length);
      single.push(await control([run], "longer", times, architecture));
    }
  }
  if (single.length === 0) return null;
  const ensemble = await control(members, "architectures", byArchitecture.size);
  const entries = [ensemble, ...seeds, ...single];
  return { ids, groups: ids.map((id) => index.sample(id).group), entries };
}
