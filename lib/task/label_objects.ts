import { connectedComponents } from "../evaluate/components.ts";
import { checkShare } from "../io/check_share.ts";
import { labelImage } from "../objects/labeled_objects.ts";
import type { LabeledObjects } from "./task.ts";

/**
 * Labels the objects where probabilities exceed a threshold. Pixels that touch, also at corners, belong to one object.
 *
 * @param probabilities `[height, width]`
 * @throws {OptionError} if the threshold is not between 0 and 1.
 */
export function labelObjects(
  probabilities: Float32Array,
  { width, height }: { width: number; height: number },
  threshold: number,
): LabeledObjects {
  checkShare("threshold", threshold);
  const { labels, areas } = connectedComponents(probabilities.map((p) => Number(p > threshold)), width, height);
  return { labels: labelImage(labels, { width, height }, areas.length), count: areas.length };
}
