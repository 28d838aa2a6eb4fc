import { mostProbableClass } from "../evaluate/class_counts.ts";
import { numberObjects } from "../evaluate/number_objects.ts";
import { ImageError } from "../images/image.ts";
import type { LabeledObjects } from "./task.ts";

/** Largest number of objects in a label image. */
const MOST_OBJECTS = 65_535;

/**
 * Gives each pixel its most probable class, and numbers the objects of each class but the first, the background.
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
  const { numbers, count } = numberObjects(found, { width, height }, classes);
  if (count > MOST_OBJECTS) {
    throw new ImageError(
      `The image has ${count} objects, more than the ${MOST_OBJECTS} of a label image: cut it into tiles`,
    );
  }
  return { labels: { width, height, data: Uint16Array.from(numbers), classes: found }, count };
}
