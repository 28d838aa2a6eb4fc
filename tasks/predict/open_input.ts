import { readImageHeader } from "lib/images";
import { countPixels, reading } from "lib/images/decode_image.ts";
import { readTiffHeader, tiff } from "lib/images/formats/tiff/tiff.ts";
import { FileBytes } from "lib/io/file_bytes.ts";
import { checkRegularFile, readRegularFile } from "lib/io/regular_file.ts";
import type { LargeFile } from "./large/segment_large_file.ts";

/** Files of more bytes are read part by part, however small their pictures are: those of a pyramid's level. */
const LARGE_FILE = 2 ** 30;

/** An image's file: in memory, or open to be read part by part. */
export type Input = { bytes: Uint8Array; pages: number } | { large: LargeFile };

/**
 * Opens an image's file. A TIFF of more pixels than `maxPixels` is not read into memory.
 *
 * @param level of a pyramid
 * @throws {ImageError} if it is no image, is damaged, or has too many pixels and is no TIFF.
 */
export async function openInput(
  path: string,
  { level, maxPixels }: { level: number; maxPixels: number },
): Promise<Input> {
  await checkRegularFile(path);
  const file = new FileBytes(path);
  let isLarge = false;
  try {
    if (tiff.matches(file.subarray(0, 8))) {
      const header = await reading(path, () => readTiffHeader(file, level));
      isLarge = countPixels(header) > maxPixels || file.length > LARGE_FILE;
      if (isLarge) return { large: { bytes: file, pages: header.pages } };
    }
  } finally {
    if (!isLarge) file[Symbol.dispose]();
  }
  const bytes = await readRegularFile(path);
  return { bytes, pages: (await readImageHeader(bytes, path, { level, maxPixels })).pages };
}
