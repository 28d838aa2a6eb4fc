import { connectedComponents } from "../../evaluate/components.ts";
import type { LabelImage } from "../../images/image.ts";
import { findObjectRuns, type ObjectRuns } from "../measure/object_runs.ts";

/** The scale of an image's objects: diameters of circles with their areas, in pixels. Absent without objects. */
export interface ObjectScale {
  /** Diameter that objects with at least half of the foreground reach. Small specks hardly change it. */
  diameter?: number;
  /** Diameter that most objects do not exceed, however small they are. */
  medianDiameter?: number;
}

/** Returns the scale of an image's objects. A mask with one label has its connected parts as objects. */
export function objectScale(labels: LabelImage): ObjectScale {
  const runs = findObjectRuns(labels);
  const areas = runs.labels.length === 1
    ? Float64Array.from(connectedComponents(labels.data, labels.width, labels.height).areas)
    : objectAreas(runs);
  return areaScale(areas);
}

/**
 * Returns the scale of objects with known areas.
 *
 * @param areas in pixels; they are sorted
 */
export function areaScale(areas: Float64Array): ObjectScale {
  if (areas.length === 0) return {};
  areas.sort();
  let rest = areas.reduce((sum, area) => sum + area, 0) / 2, k = areas.length - 1;
  while (k > 0 && areas[k] < rest) rest -= areas[k--];
  return { diameter: circleDiameter(areas[k]), medianDiameter: circleDiameter(areas[areas.length >> 1]) };
}

const circleDiameter = (area: number) => Math.sqrt(4 * area / Math.PI);

function objectAreas({ labels, first, start, end }: ObjectRuns): Float64Array {
  return labels.map((_, k) => {
    let area = 0;
    for (let run = first[k]; run < first[k + 1]; run++) area += end[run] - start[run];
    return area;
  });
}
