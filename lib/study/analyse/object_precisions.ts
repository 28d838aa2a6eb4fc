import type { EnsembleImage } from "../../ensemble/ensemble_image.ts";
import { compareObjects, meanAveragePrecision } from "../../evaluate/compare_objects.ts";
import { instancesFromForeground } from "../../objects/instances_from_foreground.ts";

/**
 * Computes the mean average precision of objects at an IoU of 0.5 to 0.95 in each image. Objects are found by the
 * watershed with its default parameters, which are the same for every member and ensemble, so no scored image chooses
 * any.
 *
 * @param predict returns an image's probabilities of foreground, `[height, width]`
 * @returns 0 to 1 per image; as with Dice, 1 for an image without true and predicted objects
 */
export function objectPrecisions(
  images: readonly EnsembleImage[],
  predict: (image: EnsembleImage, i: number) => Float32Array,
): number[] {
  return images.map((image, i) => {
    const { labels } = instancesFromForeground(predict(image, i), image);
    const precision = meanAveragePrecision(compareObjects(image.truth, labels.data));
    return Number.isNaN(precision) ? 1 : precision;
  });
}
