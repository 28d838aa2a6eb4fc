import { mostProbableClass } from "../evaluate/class_counts.ts";
import { numberClassParts } from "../evaluate/class_parts.ts";
import { labelImage } from "../objects/labeled_objects.ts";
import type { LabeledObjects } from "./task.ts";

/**
 * Gives each pixel its most probable class, and numbers the connected parts of each class but the first, the background.
 *
 * @param probabilities `[height, width, classes]`
 */
export function labelClasses(
  probabilities: Float32Array,
  size: { width: number; height: number },
  classes: number,
): LabeledObjects {
  const found = mostProbableClass(probabilities, classes);
  const { numbers, count } = numberClassParts(found, size, classes);
  return { labels: { ...labelImage(numbers, size, count), classes: found }, count };
}
