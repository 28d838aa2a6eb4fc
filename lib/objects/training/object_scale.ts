import { connectedComponents } from "../../evaluate/components.ts";
import type { LabelImage } from "../../images/image.ts";
import { findObjectRuns, type ObjectRuns } from "../measure/object_runs.ts";

/**
 * Returns the scale of an image's objects: the diameter, in pixels, of a circle with the area that objects with at
 * least half of the foreground reach. Small specks hardly change it. A mask with one label has its connected parts as
 * objects.
 *
 * @returns undefined if there are no objects.
 */
export function objectScale(labels: LabelImage): number | undefined {
  const runs = findObjectRuns(labels);
  if (runs.labels.length === 0) return undefined;
  const areas = runs.labels.length === 1
    ? Float64Array.from(connectedComponents(labels.data, labels.width, labels.height).areas)
    : objectAreas(runs);
  return areaScale(areas);
}

/**
 * Returns the diameter of a circle with the area that objects with at least half of the foreground reach.
 *
 * @param areas in pixels, at least one; they are sorted
 */
export function areaScale(areas: Float64Array): number {
  areas.sort();
  let rest = areas.reduce((sum, area) => sum + area, 0) / 2, k = areas.length - 1;
  while (k > 0 && areas[k] < rest) rest -= areas[k--];
  return Math.sqrt(4 * areas[k] / Math.PI);
}

function objectAreas({ labels, first, start, end }: ObjectRuns): Float64Array {
  return labels.map((_, k) => {
    let area = 0;
    for (let run = first[k]; run < first[k + 1]; run++) area += end[run] - start[run];
    return area;
  });
}
