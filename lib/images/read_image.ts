import { decodeImage, type DecodeOptions } from "./decode_image.ts";
import type { Image } from "./image.ts";
import { readBytes } from "./read_bytes.ts";

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
  return await decodeImage(await readBytes(path, maxBytes), path, decoding);
}
