import { mostProbableClass } from "../evaluate/class_counts.ts";
import { connectedComponents } from "../evaluate/components.ts";
import { ImageError } from "../images/image.ts";
import type { LabeledObjects } from "./task.ts";

/** Largest number of objects in a label image. */
const MOST_OBJECTS = 65_535;

/**
 * Gives each pixel its most probable class, and numbers the objects of each class but the first, the background. Pixels
 * of one class that touch, also at corners, belong to one object.
 *
 * @param probabilities `[height, width, classes]`
 * @throws {ImageError} if there are more than 65,535 objects.
 */
export function labelClasses(
  probabilities: Float32Array,
  { width, height }: { width: number; height: number },
  classes: number,
): LabeledObjects {
  const found = mostProbableClass(probabilities, classes);
  return numberObjects(found, { width, height }, classes);
}

/**
 * Numbers the connected parts of each class but the first.
 *
 * @param found class of each pixel, `[height, width]`; indices from `classes` on belong to no object
 */
export function numberObjects(
  found: Uint8Array,
  { width, height }: { width: number; height: number },
  classes: number,
): LabeledObjects {
  const data = new Uint16Array(found.length);
  let count = 0;
  for (let c = 1; c < classes; c++) {
    const { labels, areas } = connectedComponents(found.map((each) => each === c ? 1 : 0), width, height);
    if (count + areas.length > MOST_OBJECTS) {
      throw new ImageError(
        `The image has more objects than the ${MOST_OBJECTS} of a label image: cut it into tiles`,
      );
    }
    for (let i = 0; i < data.length; i++) if (labels[i] > 0) data[i] = count + labels[i];
    count += areas.length;
  }
  return { labels: { width, height, data, classes: found }, count };
}
