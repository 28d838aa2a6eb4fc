import type { ObjectRuns } from "./object_runs.ts";

/**
 * Returns the Euler number of an object: its parts minus its holes, where pixels that touch at corners are connected.
 * It equals the number of runs minus the number of pairs of runs that touch in consecutive rows.
 */
export function eulerNumber({ first, row, start, end }: ObjectRuns, object: number): number {
  const last = first[object + 1];
  let pairs = 0;
  for (let run = first[object], above = run; run < last; run++) {
    // Runs above that end before this one cannot touch it, nor a later one.
    while (row[above] < row[run] - 1 || (row[above] === row[run] - 1 && end[above] < start[run])) above++;
    for (let other = above; row[other] === row[run] - 1 && start[other] <= end[run]; other++) pairs++;
  }
  return last - first[object] - pairs;
}
