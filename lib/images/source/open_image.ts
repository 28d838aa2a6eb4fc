import { FileBytes } from "../../io/file_bytes.ts";
import { decodeImage } from "../decode_image.ts";
import { tiff } from "../formats/tiff/tiff.ts";
import { readBytes, unreadableError } from "../read_bytes.ts";
import { type ImageSource, imageSource } from "./image_source.ts";
import { type OpenImageOptions, tiffSource } from "./tiff_source.ts";
import { checkRegularFile } from "../../io/regular_file.ts";

/** The largest file that is decoded as a whole, in bytes. */
const MAX_BYTES = 2 ** 30;

/**
 * Opens an image file for reading part by part. A TIFF may have any size: only the strips or tiles of a part are decoded.
 * Files of the other formats are decoded as a whole.
 *
 * @param path path of the file
 * @param options page, level of a pyramid, and channels
 * @returns the upright image in the file's depth; dispose of it to close the file
 * @throws {ImageError} if it cannot be read; the message names the file and the solution.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { openImage } from "lib/images";
 *
 * using source = await openImage("data/stardist/images/nuclei2d.tif");
 * const part = await source.read({ x: 100, y: 200, width: 64, height: 32 });
 * assert.deepEqual([source.width, part.width, part.data.length], [512, 64, 64 * 32]);
 * ```
 */
export async function openImage(path: string, options: OpenImageOptions = {}): Promise<ImageSource> {
  const bytes = await openFile(path);
  try {
    if (tiff.matches(bytes.subarray(0, 8))) {
      const source = await tiffSource(bytes, path, options);
      return { ...source, [Symbol.dispose]: () => bytes[Symbol.dispose]() };
    }
  } catch (error) {
    bytes[Symbol.dispose]();
    throw error;
  }
  bytes[Symbol.dispose]();
  return imageSource(await decodeImage(await readBytes(path, MAX_BYTES), path, options));
}

async function openFile(path: string): Promise<FileBytes> {
  try {
    await checkRegularFile(path);
    return new FileBytes(path);
  } catch (error) {
    throw await unreadableError(path, error);
  }
}
