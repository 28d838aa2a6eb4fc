import type { ModelUse } from "lib";
import { decodeImage, isEmptyField, measureContrast, normalizeImage } from "lib/images";
import type { Predictor } from "lib/nn";
import type { DecodeOptions } from "lib/images/decode_image.ts";

/** What a model says of one picture. */
export interface Segmentation {
  width: number;
  height: number;
  /** Probability of foreground, float32 `[height, width]`. */
  map: Float32Array;
  /** Why the result may be noise. */
  warning?: string;
}

/**
 * Segments one picture of a file.
 *
 * @param bytes of the file
 * @param name for messages
 * @throws {ImageError} if it cannot be read.
 */
export async function segmentPage(
  predictor: Predictor,
  { normalization, contrastFloor }: ModelUse,
  bytes: Uint8Array,
  name: string,
  options: DecodeOptions,
  onProgress: (done: number) => void,
): Promise<Segmentation> {
  const image = await decodeImage(bytes, name, options);
  const { width, height, channels } = image;
  const pixels = normalizeImage(image, normalization, contrastFloor);
  const [map] = await predictor.predict([{ width, height, channels, pixels }], onProgress);
  if (!contrastFloor) return { width, height, map };
  const contrast = measureContrast(image);
  const warning = isEmptyField(contrast, contrastFloor)
    ? `probably an empty field. Its contrast is ${contrast.peak.toFixed(1)} (noise alone has about 5), the training ` +
      `images' ${contrastFloor.structure.toFixed(0)} or more: what is found may be noise`
    : undefined;
  return { width, height, map, warning };
}
