import type { EnsembleImage } from "../../ensemble/ensemble_image.ts";
import {
  compareObjects,
  type ImageMatches,
  IOU_THRESHOLDS,
  meanAveragePrecision,
} from "../../evaluate/compare_objects.ts";
import { clearVoid } from "../../images/void.ts";
import { findInstances } from "../../objects/find_instances.ts";
import type { InstanceKind } from "../../objects/tune_instances.ts";
import type { SampleIndex } from "./gather_maps.ts";
import type { ObjectCounts } from "./object_counts.ts";

/** Returns the counts of images' objects, which were compared at `IOU_THRESHOLDS`. */
export function objectCounts(images: readonly ImageMatches[]): ObjectCounts {
  return {
    truth: images.map(({ objects }) => objects),
    predicted: images.map(({ predicted }) => predicted),
    matches: IOU_THRESHOLDS.map((_, k) => images.map(({ counts }) => counts[k].truePositive)),
    intersection: images.map(({ intersection }) => intersection),
    union: images.map(({ union }) => union),
  };
}

/**
 * Compares the objects of each image with the true ones at an IoU of 0.5 to 0.95. Objects are found by the watershed with
 * its default parameters, which are the same for every member and ensemble, so no scored image chooses any.
 *
 * @param predict returns an image's probabilities, as from `Segmenter.predict`
 * @param instances how the task separates objects
 * @returns the counts of each image's objects, and its mean average precision, 0 to 1; as with Dice, 1 for an image without
 * true and predicted objects
 */
export function measureObjects(
  images: readonly EnsembleImage[],
  predict: (image: EnsembleImage, i: number) => Float32Array,
  index: Pick<SampleIndex, "sample">,
  instances: InstanceKind,
): { precision: number[]; objects: ObjectCounts } {
  const compared = images.map((image, i) => {
    const { labels: truth } = index.sample(image.id);
    const { labels: found } = findInstances(instances, predict(image, i), image, {});
    return compareObjects(clearVoid(truth.data, truth), clearVoid(found.data, truth));
  });
  const precision = compared.map(meanAveragePrecision).map((value) => Number.isNaN(value) ? 1 : value);
  return { precision, objects: objectCounts(compared) };
}
