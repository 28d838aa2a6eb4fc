import { connectedComponents } from "../evaluate/components.ts";
import { ImageError } from "../images/image.ts";
import type { LabeledObjects } from "./task.ts";
import { OptionError } from "../io/option_error.ts";

/** Largest number of objects in a label image. */
const MOST_OBJECTS = 65_535;

/**
 * Labels the objects where probabilities exceed a threshold. Pixels that touch, also at corners, belong to one object.
 *
 * @param probabilities `[height, width]`
 * @throws {OptionError} if the threshold is not between 0 and 1.
 * @throws {ImageError} if there are more than 65,535 objects.
 */
export function labelObjects(
  probabilities: Float32Array,
  { width, height }: { width: number; height: number },
  threshold: number,
): LabeledObjects {
  if (!(threshold >= 0 && threshold <= 1)) throw new OptionError(`threshold is ${threshold}: give 0 to 1`);
  const { labels, areas } = connectedComponents(probabilities.map((p) => Number(p > threshold)), width, height);
  if (areas.length > MOST_OBJECTS) {
    throw new ImageError(
      `The image has ${areas.length} objects, more than the ${MOST_OBJECTS} of a label image: cut it into tiles`,
    );
  }
  return { labels: { width, height, data: Uint16Array.from(labels) }, count: areas.length };
}
