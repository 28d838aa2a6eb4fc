import type { Dataset } from "../data/dataset.ts";
import { softVote } from "../ensemble/voting.ts";
import { mapDice } from "../train/metrics.ts";
import type { StudyAnalysis } from "./analysis_record.ts";
import type { GridCell } from "./grid.ts";
import { unseenMaps } from "./kept_maps.ts";
import { firstFoldRuns } from "./quality_levels.ts";
import { runsLike, unseenIds } from "./run_comparisons.ts";
import type { RunRecord } from "./run_store.ts";

const secondsOf = (runs: readonly RunRecord[]) =>
  runs.reduce((sum, { seconds }) => sum + seconds.steps + seconds.waiting, 0);

/**
 * What an ensemble of architectures is to be better than, on the first fold's unseen images: as many trainings of one
 * architecture alone (seeds and losses), and one member that was given the training time of all of them.
 *
 * @returns `null` where the grid has no such runs.
 */
export async function measureControls(
  { cells, dataset, results }: { cells: readonly GridCell[]; dataset: Dataset; results: string },
): Promise<StudyAnalysis["controls"]> {
  const finished = cells.flatMap(({ block, record }) => record ? [{ block, record }] : []);
  const members = firstFoldRuns(cells);
  const seeds = finished.filter(({ block }) => block === "seeds").map(({ record }) => record);
  const long = finished.filter(({ block }) => block === "training time").map(({ record }) => record);
  if (members.length < 2 || seeds.length + long.length === 0) return null;

  const ids = unseenIds(members[0]);
  const samples = new Map(dataset.samples.map((sample) => [sample.id, sample]));
  const truths = ids.map((id) => samples.get(id)!.labels.data);
  const diceOf = async (runs: readonly RunRecord[]) => {
    const maps: Float32Array[][] = [];
    for (const run of runs) maps.push((await unseenMaps(results, run)).map(({ probabilities }) => probabilities));
    return truths.map((truth, i) => mapDice(softVote(maps.map((of) => of[i])), truth));
  };
  const entry = async (name: string, runs: readonly RunRecord[]) => ({
    name,
    members: runs.length,
    seconds: secondsOf(runs),
    dice: await diceOf(runs),
  });

  const architectures = new Set(members.map(({ config }) => config.architecture));
  const entries = [await entry(`${architectures.size} architectures`, members)];
  for (const [architecture, others] of Map.groupBy(seeds, ({ config }) => config.architecture)) {
    const own = members.filter(({ config }) => config.architecture === architecture);
    const all = [...own, ...others].sort((a, b) =>
      a.config.seed - b.config.seed || (a.config.loss < b.config.loss ? -1 : 1)
    );
    // As many as the ensemble has, or fewer where the grid has no more.
    const some = all.slice(0, members.length);
    entries.push(await entry(`${new Set(some.map(({ config }) => config.seed)).size} seeds of ${architecture}`, some));
  }
  const single = new Set([...seeds, ...long].map(({ config }) => config.architecture));
  for (const member of members) {
    if (!single.has(member.config.architecture) || member.config.loss !== "bce") continue;
    entries.push(await entry(`${member.config.architecture} alone`, [member]));
    for (const run of runsLike(long, member, ["epochs"])) {
      const times = run.stepLosses.length / member.stepLosses.length;
      entries.push(await entry(`${member.config.architecture} for ${Math.round(times)} times the steps`, [run]));
    }
  }
  return { ids, groups: ids.map((id) => samples.get(id)!.group), entries };
}
