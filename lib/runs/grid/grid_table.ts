import { type Table, table } from "../../display/table.ts";
import type { GridCell } from "./grid_cell.ts";

/** What stands in a cell of the table: the Dice on the validation images, or how far it is. */
function stateOf(cell: GridCell | undefined): string {
  if (!cell) return "";
  const { state, record, progress } = cell;
  if (record) return record.scores.model.dice.toFixed(3);
  if (state === "running") return `${Math.round(100 * progress)} %`;
  return { waiting: "·", diverged: "diverged", elsewhere: "elsewhere", done: "", reused: "" }[state];
}

/** A grid as it stands: members by folds, and how many of the other runs are done. */
export function studyTable(cells: readonly GridCell[]): Table {
  const main = cells.filter(({ block }) => block === "main");
  const folds = [...new Set(main.map(({ config }) => config.fold))].sort((a, b) => a - b);
  const seeds = new Set(main.map(({ config }) => config.seed)).size;
  const members = Map.groupBy(
    main,
    ({ config }) => `${config.architecture} ${config.loss}${seeds > 1 ? ` seed ${config.seed}` : ""}`,
  );
  const rows = [...members].map(([name, some]) => [
    name,
    ...folds.map((fold) => stateOf(some.find(({ config }) => config.fold === fold))),
  ]);
  for (const [block, some] of Map.groupBy(cells, ({ block }) => block)) {
    if (block === "main") continue;
    const done = some.filter(({ state }) => state !== "waiting" && state !== "running").length;
    rows.push([block, `${done} of ${some.length}`, ...folds.slice(1).map(() => "")]);
  }
  return table(["validation Dice", ...folds.map((fold) => `fold ${fold}`)], rows);
}
