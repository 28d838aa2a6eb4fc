import { connectedComponents } from "../evaluate/components.ts";
import { mostProbableClass } from "../evaluate/class_counts.ts";
import { ImageError } from "../images/image.ts";
import { BORDER_CLASSES } from "./border_targets.ts";
import type { LabeledObjects } from "./task.ts";

/** Largest number of objects in a label image. */
const MOST_OBJECTS = 65_535;

/**
 * Finds objects in the probabilities of the task `border`: the connected interiors, grown into the borders around them.
 *
 * @param probabilities of background, interior and border, `[height, width, 3]`
 * @throws {ImageError} if there are more than 65,535 objects.
 */
export function borderObjects(
  probabilities: Float32Array,
  { width, height }: { width: number; height: number },
): LabeledObjects {
  const found = mostProbableClass(probabilities, BORDER_CLASSES.length);
  const { labels, areas } = connectedComponents(found.map((each) => each === 1 ? 1 : 0), width, height);
  if (areas.length > MOST_OBJECTS) {
    throw new ImageError(
      `The image has ${areas.length} objects, more than the ${MOST_OBJECTS} of a label image: cut it into tiles`,
    );
  }
  const data = Uint16Array.from(labels);
  let front = [...data.keys()].filter((i) => data[i] > 0);
  while (front.length > 0) {
    const next: number[] = [];
    for (const i of front) {
      const x = i % width;
      for (const j of [i - width, x > 0 ? i - 1 : -1, x < width - 1 ? i + 1 : -1, i + width]) {
        if (j < 0 || j >= data.length || data[j] > 0 || found[j] === 0) continue;
        data[j] = data[i];
        next.push(j);
      }
    }
    front = next;
  }
  return { labels: { width, height, data }, count: areas.length };
}
