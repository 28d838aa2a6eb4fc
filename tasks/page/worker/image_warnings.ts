import { type Contrast, measureContrast } from "lib/images/contrast.ts";
import { isEmptyField } from "lib/images/contrast_floor.ts";
import type { Image, LabelImage } from "lib/images";
import { describeImage, farFromTraining, type ImageDescription } from "lib/objects";
import { objectScale } from "lib/objects/training/object_scale.ts";
import { emptyFieldWarning } from "../../predict/empty_field_warning.ts";
import type { KnownTraining } from "../page_model.ts";

/** What warnings need of an image, whatever objects are found in it. */
export interface MeasuredImage {
  contrast: Contrast;
  /** Without the diameters of its objects. */
  description: ImageDescription;
}

/** Measures an image for {@linkcode imageWarnings}, once for all thresholds. */
export function measureImage(image: Image): MeasuredImage {
  return { contrast: measureContrast(image), description: describeImage(image) };
}

/**
 * Warns of an image that is probably empty, or unlike the training images, as `deno task predict` does. For an ensemble
 * it says how the image differs from the training images of the network that it is most like.
 *
 * @param labels the objects found
 */
export function imageWarnings(
  { contrast, description: measured }: MeasuredImage,
  labels: LabelImage,
  networks: readonly KnownTraining[],
): string[] {
  const isEmpty = networks.every(({ contrastFloor }) => contrastFloor && isEmptyField(contrast, contrastFloor));
  const floor = networks.length === 1 ? networks[0].contrastFloor : undefined;
  // The size of what is found in an empty field means nothing.
  const description = { ...measured, ...(isEmpty ? {} : objectScale(labels)) };
  const notes =
    networks.flatMap(({ trainingStatistics }) =>
      trainingStatistics ? [farFromTraining(description, trainingStatistics)] : []
    ).sort((a, b) => a.length - b.length)[0] ?? [];
  return [
    ...(isEmpty ? [emptyFieldWarning(floor, () => contrast)] : []),
    ...(notes.length ? [`differs from the training images: ${notes.join("; ")}`] : []),
  ];
}
