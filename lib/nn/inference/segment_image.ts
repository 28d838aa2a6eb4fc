import type { Image } from "../../images/image.ts";
import { objectRule } from "./object_rule.ts";
import type { Segmentation, Segmenter, SegmentOptions } from "./segmenter.ts";

/**
 * Predicts an image with a segmenter, and numbers its objects: {@linkcode Segmenter.segment} of all segmenters.
 *
 * @throws {OptionError} if the threshold is not between 0 and 1.
 */
export async function segmentImage(
  segmenter: Segmenter,
  image: Image,
  { onProgress, ...options }: SegmentOptions = {},
): Promise<Segmentation> {
  const { width, height } = image, { find } = objectRule(segmenter, options);
  const probabilities = await segmenter.predict(image, onProgress);
  return {
    width,
    height,
    probabilities,
    ...find(probabilities, { width, height }),
    empty: segmenter.isEmpty(image),
  };
}
