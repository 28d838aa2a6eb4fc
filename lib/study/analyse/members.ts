import { MAIN_BLOCK } from "../../runs/grid/blocks.ts";
import type { Job } from "../../runs/grid/job.ts";
import type { RunRecord } from "../../runs/run_store.ts";

/** A member's runs, one per fold. */
export interface MemberRuns {
  name: string;
  architecture: string;
  loss: string;
  seed: number;
  records: RunRecord[];
}

/** Returns a member's name: its architecture and loss, and its seed if there are several. */
const memberName = ({ architecture, loss, seed }: RunRecord["config"], seeds: number) =>
  `${architecture} ${loss}${seeds > 1 ? ` seed ${seed}` : ""}`;

/** Returns the members whose runs of all folds are finished. */
export function completeMembers(jobs: readonly Job[]): MemberRuns[] {
  const records = jobs.flatMap(({ block, record }) => block === MAIN_BLOCK && record ? [record] : []);
  const seeds = new Set(records.map(({ config }) => config.seed)).size;
  return [...Map.groupBy(records, ({ config }) => memberName(config, seeds))].flatMap(([name, runs]) => {
    const { folds, architecture, loss, seed } = runs[0].config;
    const byFold = runs.toSorted((a, b) => a.config.fold - b.config.fold);
    return byFold.length === folds ? [{ name, architecture, loss, seed, records: byFold }] : [];
  });
}
