import { type Image, ImageError } from "../image.ts";
import type { PixelSize } from "../pixel_size.ts";
import type { Rectangle } from "../rectangle.ts";

/** An image that is read part by part. Dispose of it after use. */
export interface ImageSource extends Pick<Image, "width" | "height" | "channels" | "bits">, Disposable {
  /** Size of a pixel in µm, if the file states it. */
  readonly pixelSize?: PixelSize;
  /** Number of rows that whole passes over the image read at once. */
  readonly bandRows: number;
  /**
   * Reads a part of the image.
   *
   * @throws {ImageError} if the part is outside the image, or the file is damaged.
   */
  read(part: Rectangle): Promise<Image>;
}

/** Bytes that passes over an image read at once, about. */
const BAND_BYTES = 1 << 25;

/**
 * Returns the number of rows that passes over an image read at once.
 *
 * @param image its width, and the channels and bits that are decoded for a pixel
 */
export function bandRows({ width, channels, bits }: { width: number; channels: number; bits: number }): number {
  return Math.max(1, Math.floor(BAND_BYTES / (width * channels * bits / 8)));
}

/** @throws {ImageError} if a part is outside an image. */
export function checkPart({ x, y, width, height }: Rectangle, image: { width: number; height: number }): void {
  if (
    [x, y, width, height].every(Number.isInteger) && x >= 0 && y >= 0 && width > 0 && height > 0 &&
    x + width <= image.width && y + height <= image.height
  ) return;
  throw new ImageError(
    `The part of ${width} × ${height} pixels at ${x}, ${y} is outside the image of ${image.width} × ${image.height}`,
  );
}

/**
 * Makes a source of an image in memory.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { imageSource } from "lib/images";
 *
 * using source = imageSource({ width: 3, height: 2, channels: 1, bits: 8, data: Uint8Array.of(1, 2, 3, 4, 5, 6) });
 * assert.deepEqual((await source.read({ x: 1, y: 0, width: 2, height: 2 })).data, Uint8Array.of(2, 3, 5, 6));
 * ```
 */
export function imageSource(image: Image): ImageSource {
  const { width, channels, data, bits } = image;
  return {
    width,
    height: image.height,
    channels,
    bits,
    bandRows: bandRows(image),
    ...(image.pixelSize !== undefined && { pixelSize: image.pixelSize }),
    read(part) {
      checkPart(part, image);
      const row = part.width * channels;
      const out = new (data.constructor as Uint8ArrayConstructor)(part.height * row);
      for (let y = 0; y < part.height; y++) {
        const from = ((part.y + y) * width + part.x) * channels;
        out.set(data.subarray(from, from + row) as Uint8Array, y * row);
      }
      return Promise.resolve({ width: part.width, height: part.height, channels, bits, data: out });
    },
    [Symbol.dispose]() {},
  };
}
