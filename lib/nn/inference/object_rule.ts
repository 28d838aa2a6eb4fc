import { findInstances } from "../../objects/find_instances.ts";
import type { ImageSize, LabeledObjects } from "../../objects/labeled_objects.ts";
import type { Segmenter, SegmentOptions } from "./segmenter.ts";

/** How objects are found in the maps of a segmenter. */
export interface ObjectRule {
  /** Whether touching objects are divided by the watershed. */
  divides: boolean;
  /** The threshold; if touching objects are divided, all parameters of that. */
  parameters: Readonly<Record<string, number>>;
  /** @param map what {@linkcode Segmenter.predict} returned */
  find(map: Float32Array, size: ImageSize): LabeledObjects;
}

/**
 * Chooses how objects are found: by the watershed, with the parameters that the training tuned and otherwise the default
 * ones, or as connected pixels.
 *
 * @param segmenter its task, threshold and tuned parameters
 * @param options `threshold` replaces the tuned one; `connected` leaves touching objects together
 */
export function objectRule(
  { taskDefinition, threshold, objectParameters }: Pick<
    Segmenter,
    "taskDefinition" | "threshold" | "objectParameters"
  >,
  options: Pick<SegmentOptions, "threshold" | "connected"> = {},
): ObjectRule {
  const { instances } = taskDefinition, decided = options.threshold ?? threshold;
  // The borders of a prediction always divide: without them there is no object.
  if (instances === undefined || (options.connected && instances === "foreground")) {
    return {
      divides: false,
      parameters: { threshold: decided },
      find: (map, size) => taskDefinition.decide(map, size, decided),
    };
  }
  const given = options.threshold === undefined ? {} : { threshold: options.threshold };
  const parameters = { threshold, ...objectParameters, ...given };
  return { divides: true, parameters, find: (map, size) => findInstances(instances, map, size, parameters) };
}
