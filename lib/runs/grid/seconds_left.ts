import { ARCHITECTURES } from "../../nn/architectures/architectures.ts";
import type { GridCell } from "./grid_cell.ts";

/**
 * Seconds that are left, from what the cells took so far; NaN before one has trained.
 *
 * @param jobs how many train side by side
 */
export function secondsLeft(cells: readonly GridCell[], jobs = 1): number {
  const workOf = ({ config }: GridCell) => config.epochs * config.trainingShare;
  const costOf = (cell: GridCell) => ARCHITECTURES[cell.config.architecture].relativeTime * workOf(cell);
  const sum = (some: readonly GridCell[], of: (cell: GridCell) => number) => some.reduce((n, cell) => n + of(cell), 0);
  const trained = cells.filter(({ state, progress }) => (state === "done" || state === "running") && progress > 0);
  const taken = Map.groupBy(trained, ({ config }) => config.architecture);
  const rateOf = (some: readonly GridCell[], of: (cell: GridCell) => number) =>
    sum(some, ({ seconds }) => seconds) / sum(some, (cell) => cell.progress * of(cell));
  const open = cells.filter(({ state }) => state === "waiting" || state === "running");
  const left = sum(open, (cell) => {
    const like = taken.get(cell.config.architecture);
    return (1 - cell.progress) * (like ? rateOf(like, workOf) * workOf(cell) : rateOf(trained, costOf) * costOf(cell));
  });
  return left / Math.max(1, Math.min(jobs, open.length));
}
