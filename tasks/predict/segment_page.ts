import type { Segmenter } from "lib";
import type { ChannelImage, ContrastFloor, Image, LabelImage } from "lib/images";
import { measureContrast } from "lib/images/contrast.ts";
import { TrainedModel } from "lib/nn/inference/trained_model.ts";
import { describeImage } from "lib/objects/training/describe_image.ts";
import { emptyFieldWarning } from "./empty_field_warning.ts";
import type { ObjectFinder } from "./find_objects.ts";
import { trainingNotes } from "./training_notes.ts";

/** A segmented picture. */
export interface SegmentedPage {
  width: number;
  height: number;
  /** The picture as it is in the file. */
  image: Image;
  /** All its channels, which are measured; absent if `image` has them. */
  stored?: ChannelImage;
  /** Probability of foreground, float32 `[height, width]`. */
  probabilities: Float32Array;
  /** What the model predicts: `[height, width]`, or the probability of each class, `[height, width, classes]`. */
  map: Float32Array;
  /** Class of each pixel, `[height, width]`, if the task has named classes. */
  classes?: Uint8Array;
  /** Label image of the objects. */
  labels: LabelImage;
  /** Number of objects. */
  count: number;
  /** The reason why the result may be noise. */
  warning?: string;
  /** How the picture differs from the training images; absent if the model does not know them. */
  notes?: string[];
}

/** Returns the contrast of the training images; absent if the segmenter does not know it, or has several networks. */
export function knownFloor(segmenter: Segmenter): ContrastFloor | undefined {
  return segmenter instanceof TrainedModel ? segmenter.use.contrastFloor : undefined;
}

/**
 * Segments one picture of a file.
 *
 * @throws {WeightsError} if the network's output is infinite or NaN.
 */
export async function segmentPage(
  segmenter: Segmenter,
  finder: ObjectFinder,
  image: Image,
  onProgress: (done: number) => void,
): Promise<SegmentedPage> {
  const { width, height } = image;
  const map = await segmenter.predict(image, onProgress);
  const { labels, count } = finder.find(map, image);
  const warning = segmenter.isEmpty(image)
    ? emptyFieldWarning(knownFloor(segmenter), () => measureContrast(image))
    : undefined;
  // The size of what is found in an empty field means nothing.
  const notes = trainingNotes(segmenter, describeImage(image, warning ? undefined : labels));
  const probabilities = segmenter.taskDefinition.foreground(map);
  return { width, height, image, map, probabilities, classes: labels.classes, labels, count, warning, notes };
}
