import { measureContrast } from "lib/images/contrast.ts";
import { isEmptyField } from "lib/images/contrast_floor.ts";
import type { Image, LabelImage } from "lib/images";
import { describeImage, farFromTraining } from "lib/objects";
import { emptyFieldWarning } from "../../predict/empty_field_warning.ts";
import type { KnownTraining } from "../page_model.ts";

/**
 * Warns of an image that is probably empty, or unlike the training images, as `deno task predict` does. For an ensemble
 * it says how the image differs from the training images of the network that it is most like.
 *
 * @param labels the objects found
 */
export function imageWarnings(image: Image, labels: LabelImage, networks: readonly KnownTraining[]): string[] {
  const contrast = measureContrast(image);
  const isEmpty = networks.every(({ contrastFloor }) => contrastFloor && isEmptyField(contrast, contrastFloor));
  const floor = networks.length === 1 ? networks[0].contrastFloor : undefined;
  // The size of what is found in an empty field means nothing.
  const description = describeImage(image, isEmpty ? undefined : labels);
  const notes =
    networks.flatMap(({ trainingStatistics }) =>
      trainingStatistics ? [farFromTraining(description, trainingStatistics)] : []
    ).sort((a, b) => a.length - b.length)[0] ?? [];
  return [
    ...(isEmpty ? [emptyFieldWarning(floor, () => contrast)] : []),
    ...(notes.length ? [`differs from the training images: ${notes.join("; ")}`] : []),
  ];
}
