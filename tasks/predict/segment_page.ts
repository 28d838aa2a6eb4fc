import { decodeImage, isEmptyField, measureContrast, type ModelUse, normalizeImage, type Predictor } from "lib";
import type { DecodeOptions } from "lib/images/decode_image.ts";

/** The result of a model for one picture. */
export interface Segmentation {
  width: number;
  height: number;
  /** Probability of foreground, float32 `[height, width]`. */
  map: Float32Array;
  /** The reason why the result may be noise. */
  warning?: string;
}

/**
 * Segments one picture of a file.
 *
 * @param bytes bytes of the file
 * @param name name in messages
 * @throws {ImageError} if the file cannot be read.
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
      `images' ${contrastFloor.structure.toFixed(0)} or more: the objects found may be noise`
    : undefined;
  return { width, height, map, warning };
}
