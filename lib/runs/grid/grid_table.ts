import { type Table, table } from "../../display/table.ts";
import { blockLabel, MAIN_BLOCK } from "./blocks.ts";
import type { Job } from "./job.ts";

/** Returns the text of a table cell: the Dice on the validation images, or the progress. */
function describeState(job: Job | undefined): string {
  if (!job) return "";
  const { state, record, progress } = job;
  if (record) return record.scores.model.dice.toFixed(3);
  if (state === "running") return `${Math.round(100 * progress)} %`;
  return { waiting: "·", diverged: "diverged", locked: "locked", trained: "trained", done: "", reused: "" }[state];
}

/** Makes a table of the state of a grid: members by folds, and how many of the other runs are finished. */
export function studyTable(jobs: readonly Job[]): Table {
  const main = jobs.filter(({ block }) => block === MAIN_BLOCK);
  const folds = [...new Set(main.map(({ config }) => config.fold))].sort((a, b) => a - b);
  const seeds = new Set(main.map(({ config }) => config.seed)).size;
  const members = Map.groupBy(
    main,
    ({ config }) => `${config.architecture} ${config.loss}${seeds > 1 ? ` seed ${config.seed}` : ""}`,
  );
  const rows = [...members].map(([name, group]) => [
    name,
    ...folds.map((fold) => describeState(group.find(({ config }) => config.fold === fold))),
  ]);
  for (const [block, group] of Map.groupBy(jobs, ({ block }) => block)) {
    if (block === MAIN_BLOCK) continue;
    const done = group.filter(({ state }) => state !== "waiting" && state !== "running").length;
    rows.push([blockLabel(block), `${done} of ${group.length}`, ...folds.slice(1).map(() => "")]);
  }
  return table(["validation Dice", ...folds.map((fold) => `fold ${fold}`)], rows);
}
