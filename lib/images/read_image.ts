import { decodeImage, type DecodeOptions, MAX_PIXELS } from "./decode_image.ts";
import { type Image, ImageError } from "./image.ts";
import { readBytes } from "./read_bytes.ts";
import { openImage } from "./source/open_image.ts";

/** Options of {@linkcode readImage}. */
export interface ReadImageOptions extends DecodeOptions {
  /** Maximum size of the file, in bytes. Default 2³⁰. */
  maxBytes?: number;
}

/**
 * Reads an image file of one of the `FORMATS`.
 *
 * @returns the upright image in the file's depth
 * @throws {ImageError} if it cannot be read; the message names the file and the solution.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { readImage } from "lib";
 *
 * const image = await readImage("data/stardist/images/nuclei2d.tif");
 * assert.deepEqual([image.width, image.height, image.bits], [512, 512, 16]);
 * ```
 */
export async function readImage(path: string, options: ReadImageOptions = {}): Promise<Image> {
  const { maxBytes = 2 ** 30, ...decoding } = options;
  // A small level of a large pyramid: the file need not be in memory.
  if (decoding.level && await isLargerThan(path, maxBytes)) return await readLevel(path, decoding);
  return await decodeImage(await readBytes(path, maxBytes), path, decoding);
}

async function isLargerThan(path: string, bytes: number): Promise<boolean> {
  return await Deno.stat(path).then(({ size }) => size > bytes, () => false);
}

async function readLevel(path: string, { maxPixels = MAX_PIXELS, bits, ...options }: DecodeOptions): Promise<Image> {
  using source = await openImage(path, options);
  const { width, height, pixelSize } = source;
  if (width * height > maxPixels) {
    throw new ImageError(
      `${path} has ${width} × ${height} pixels at level ${options.level}, more than ${
        maxPixels.toLocaleString("en")
      }: ` +
        "choose a smaller level",
    );
  }
  if (bits && bits !== source.bits) {
    throw new ImageError(`${path} is a ${source.bits}-bit image, but ${bits} bits were required: leave out "bits"`);
  }
  const image = await source.read({ x: 0, y: 0, width, height });
  return pixelSize === undefined ? image : { ...image, pixelSize };
}
