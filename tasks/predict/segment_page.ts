import { decodeImage, isEmptyField, measureContrast, type TrainedModel } from "lib";
import type { DecodeOptions } from "lib/images/decode_image.ts";

/** A segmented picture. */
export interface SegmentedPage {
  width: number;
  height: number;
  /** Probability of foreground, float32 `[height, width]`. */
  probabilities: Float32Array;
  /** Why the result may be noise. */
  warning?: string;
}

/**
 * Segments one picture of a file.
 *
 * @param bytes of the file
 * @param name for messages
 * @throws {ImageError} if it cannot be read.
 * @throws {RangeError} if the network's output is infinite or no number.
 */
export async function segmentPage(
  trained: TrainedModel,
  bytes: Uint8Array,
  name: string,
  options: DecodeOptions,
  onProgress: (done: number) => void,
): Promise<SegmentedPage> {
  const image = await decodeImage(bytes, name, options);
  const { width, height } = image, { contrastFloor } = trained.use;
  const probabilities = await trained.predict(image, onProgress);
  if (!contrastFloor) return { width, height, probabilities };
  const contrast = measureContrast(image);
  const warning = isEmptyField(contrast, contrastFloor)
    ? `probably an empty field. Its contrast is ${contrast.peak.toFixed(1)} (noise alone has about 5), the training ` +
      `images' ${contrastFloor.structure.toFixed(0)} or more: what is found may be noise`
    : undefined;
  return { width, height, probabilities, warning };
}
