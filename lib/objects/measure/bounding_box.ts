import type { ObjectRuns } from "./object_runs.ts";

/** The smallest box around an object, in pixels; `bottom` and `right` are outside of it. */
export interface BoundingBox {
  top: number;
  left: number;
  bottom: number;
  right: number;
}

/** Returns the bounding box of the object at a position in the runs. */
export function boundingBox({ first, row, start, end }: ObjectRuns, object: number): BoundingBox {
  let left = Infinity, right = 0;
  for (let run = first[object]; run < first[object + 1]; run++) {
    if (start[run] < left) left = start[run];
    if (end[run] > right) right = end[run];
  }
  return { top: row[first[object]], left, bottom: row[first[object + 1] - 1] + 1, right };
}
