import { type Segmenter, TrainedModel } from "lib";
import { decodeImage, type Image, measureContrast } from "lib/images";
import type { DecodeOptions } from "lib/images/decode_image.ts";

/** A segmented picture. */
export interface SegmentedPage {
  width: number;
  height: number;
  /** Probability of foreground, float32 `[height, width]`. */
  probabilities: Float32Array;
  /** Class of each pixel, `[height, width]`, if the task has named classes. */
  classes?: Uint8Array;
  /** The reason why the result may be noise. */
  warning?: string;
}

/** Returns why the objects found in an image may be noise. */
function emptyFieldWarning(segmenter: Segmenter, image: Image): string | undefined {
  if (!segmenter.isEmpty(image)) return undefined;
  const floor = segmenter instanceof TrainedModel ? segmenter.use.contrastFloor : undefined;
  const contrast = floor
    ? `Its contrast is ${measureContrast(image).peak.toFixed(1)} (noise alone has about 5), the training images' ` +
      `${floor.structure.toFixed(0)} or more`
    : "Its contrast is below that of every member's training images";
  return `probably an empty field. ${contrast}: the objects found may be noise`;
}

/**
 * Segments one picture of a file.
 *
 * @param bytes bytes of the file
 * @param name name in messages
 * @throws {ImageError} if the file cannot be read.
 * @throws {WeightsError} if the network's output is infinite or NaN.
 */
export async function segmentPage(
  segmenter: Segmenter,
  bytes: Uint8Array,
  name: string,
  options: DecodeOptions,
  onProgress: (done: number) => void,
): Promise<SegmentedPage> {
  const image = await decodeImage(bytes, name, options);
  const { width, height } = image;
  const { taskDefinition, threshold } = segmenter, found = await segmenter.predict(image, onProgress);
  const { classes } = taskDefinition.hasThreshold ? {} : taskDefinition.decide(found, image, threshold).labels;
  const probabilities = taskDefinition.foreground(found);
  return { width, height, probabilities, classes, warning: emptyFieldWarning(segmenter, image) };
}
