import type { EnsembleImage } from "../../ensemble/ensemble_image.ts";
import { compareObjects, meanAveragePrecision } from "../../evaluate/compare_objects.ts";
import { clearVoid } from "../../images/void.ts";
import { findInstances } from "../../objects/find_instances.ts";
import type { InstanceKind } from "../../objects/tune_instances.ts";
import type { SampleIndex } from "./gather_maps.ts";

/**
 * Computes the mean average precision of objects at an IoU of 0.5 to 0.95 in each image. Objects are found by the
 * watershed with its default parameters, which are the same for every member and ensemble, so no scored image chooses
 * any.
 *
 * @param predict returns an image's probabilities, as from `Segmenter.predict`
 * @param instances how the task separates objects
 * @returns 0 to 1 per image; as with Dice, 1 for an image without true and predicted objects
 */
export function objectPrecisions(
  images: readonly EnsembleImage[],
  predict: (image: EnsembleImage, i: number) => Float32Array,
  index: Pick<SampleIndex, "sample">,
  instances: InstanceKind,
): number[] {
  return images.map((image, i) => {
    const { labels: truth } = index.sample(image.id);
    const { labels: found } = findInstances(instances, predict(image, i), image, {});
    const precision = meanAveragePrecision(
      compareObjects(clearVoid(truth.data, truth), clearVoid(found.data, truth)),
    );
    return Number.isNaN(precision) ? 1 : precision;
  });
}
