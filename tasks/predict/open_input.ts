import { type ChannelImage, decodeChannels, decodeImage, type Image, readImageHeader } from "lib/images";
import { countPixels, reading } from "lib/images/decode_image.ts";
import type { Header } from "lib/images/formats/format.ts";
import { swapsSides } from "lib/images/formats/orient.ts";
import { unreadableError } from "lib/images/read_bytes.ts";
import { readTiffHeader, tiff } from "lib/images/formats/tiff/tiff.ts";
import { tiffChannels } from "lib/images/source/tiff_channels.ts";
import { type OpenImageOptions, tiffSource } from "lib/images/source/tiff_source.ts";
import { hashFile } from "lib/io/download.ts";
import { FileBytes } from "lib/io/file_bytes.ts";
import { checkRegularFile, readRegularFile } from "lib/io/regular_file.ts";
import type { LargeFile } from "./large/make_large_files.ts";
import type { Pictures } from "./pictures.ts";
import { hashBytes, type Hashed, readMark } from "./result_mark.ts";

/** Files of more bytes are not read into memory, however small their pictures are: those of a pyramid's level. */
const LARGE_FILE = 2 ** 30;

/** An image's file whose pictures fit into memory. Dispose of it after use. */
export interface SmallFile extends Pictures, Disposable {
  /** The SHA-256 of the file's bytes, which is computed once for all marks. */
  content: Hashed;
  /** Whether `predict` wrote it. */
  isMarked: boolean;
  /**
   * Reads a picture of the file.
   *
   * @throws {ImageError} if it cannot be read.
   */
  decode(options: Pick<OpenImageOptions, "page" | "channels">): Promise<Image>;
  /**
   * Reads all channels of a picture, without transparency.
   *
   * @param page counted from 0
   * @throws {ImageError} if they cannot be read.
   */
  decodeChannels(page: number): Promise<ChannelImage>;
}

/** An image's file: with pictures that fit into memory, or open to be read part by part. */
export type Input = { small: SmallFile } | { large: LargeFile };

/** Options of {@linkcode openInput}. */
export interface InputOptions {
  /** Level of a pyramid. */
  level: number;
  /** TIFFs of more pixels, over all pages, are segmented part by part. */
  maxPixels: number;
  /** TIFFs of more bytes are not read into memory. Default 2³⁰. */
  maxBytes?: number;
}

/**
 * Opens an image's file.
 *
 * @throws {ImageError} if it is no image, is damaged, or has too many pixels and is no TIFF.
 */
export async function openInput(
  path: string,
  { level, maxPixels, maxBytes = LARGE_FILE }: InputOptions,
): Promise<Input> {
  try {
    await checkRegularFile(path);
  } catch (error) {
    throw await unreadableError(path, error);
  }
  const file = new FileBytes(path);
  let staysOpen = false, pictures: Pictures | undefined;
  try {
    if (tiff.matches(file.subarray(0, 8))) {
      const header = await reading(path, () => readTiffHeader(file, level)), { width, height } = header;
      pictures = describePictures(header);
      const isLarge = countPixels(header) > maxPixels;
      if (isLarge || file.length > maxBytes) {
        const input = isLarge
          ? { large: { bytes: file, ...pictures, width, height } }
          : { small: await openLevel(file, path, pictures, level) };
        staysOpen = true;
        return input;
      }
    }
  } finally {
    if (!staysOpen) file[Symbol.dispose]();
  }
  const bytes = await readRegularFile(path);
  const { pages } = await readImageHeader(bytes, path, { level, maxPixels });
  const decode: SmallFile["decode"] = (options) => decodeImage(bytes, path, { ...options, level, maxPixels });
  return {
    small: {
      content: await hashBytes(bytes),
      pages,
      ...pictures,
      isMarked: readMark(bytes) !== undefined,
      decode,
      decodeChannels: (page) => decodeChannels(bytes, path, { page, level, maxPixels }),
      [Symbol.dispose]() {},
    },
  };
}

function describePictures({ pages, scale, orientation, axes }: Header): Pictures {
  const upright = scale && swapsSides(orientation) ? [scale[1], scale[0]] as const : scale;
  return { pages, ...(upright && { scale: upright }), ...(axes && { axes }) };
}

/** Opens a level that fits into memory of a file that does not. */
async function openLevel(file: FileBytes, path: string, pictures: Pictures, level: number): Promise<SmallFile> {
  const content = { sha256: Uint8Array.fromHex(await hashFile(path)) };
  return {
    content,
    ...pictures,
    isMarked: false,
    async decode(options) {
      using source = await tiffSource(file, path, { ...options, level });
      const { width, height, pixelSize } = source;
      const image = await source.read({ x: 0, y: 0, width, height });
      return pixelSize === undefined ? image : { ...image, pixelSize };
    },
    async decodeChannels(page) {
      const source = await tiffChannels(file, path, { page, level }), { width, height, channels } = source;
      return await source.read({ x: 0, y: 0, width, height }, Array.from({ length: channels }, (_, c) => c));
    },
    [Symbol.dispose]: () => file[Symbol.dispose](),
  };
}

/**
 * Returns the number of pages of an image that is segmented part by part; undefined for every other one. One that cannot
 * be read is reported when it is opened.
 */
export async function countLargePages(path: string, { level, maxPixels }: InputOptions): Promise<number | undefined> {
  try {
    await checkRegularFile(path);
    using file = new FileBytes(path);
    if (!tiff.matches(file.subarray(0, 8))) return undefined;
    const header = readTiffHeader(file, level);
    return countPixels(header) > maxPixels ? header.pages : undefined;
  } catch {
    return undefined;
  }
}
