import { instancesFromBorder } from "./instances_from_border.ts";
import { instancesFromForeground } from "./instances_from_foreground.ts";
import type { ImageSize, LabeledObjects } from "./labeled_objects.ts";
import type { InstanceKind } from "./tune_instances.ts";

/**
 * Finds the objects in a kind of maps, by `instancesFromForeground` or `instancesFromBorder`.
 *
 * @param probabilities `[height, width]`, for `border` `[height, width, 3]`
 * @param parameters options of that function; the others do not count
 * @throws {OptionError} if a parameter is out of range.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { findInstances } from "lib/objects";
 *
 * assert.equal(findInstances("foreground", [0.9, 0.1, 0.9], { width: 3, height: 1 }, { threshold: 0.5 }).count, 2);
 * ```
 */
export function findInstances(
  kind: InstanceKind,
  probabilities: ArrayLike<number>,
  size: ImageSize,
  parameters: Readonly<Record<string, number>>,
): LabeledObjects {
  const find = kind === "border" ? instancesFromBorder : instancesFromForeground;
  return find(probabilities, size, parameters);
}
