import type { FormatReader, Header, Orientation, Raster } from "./formats/format.ts";
import { detectFormat, type Format, FORMAT_LIST, FORMATS } from "./formats/formats.ts";
import { swapsSides } from "./formats/orient.ts";
import { plainBytes } from "../io/plain_bytes.ts";
import { type ChannelImage, type Image, ImageError, type LabelImage } from "./image.ts";
import { isLfsPointer } from "../io/lfs_pointer.ts";
import type { PixelSize } from "./pixel_size.ts";
import { type ColourMask, rasterToColours } from "./raster_to_colours.ts";
import { rasterToChannels, rasterToImage } from "./raster_to_image.ts";
import { type LabelValues, rasterToLabels } from "./raster_to_labels.ts";
import { DamagedError } from "./formats/damaged_error.ts";
import type { StackAxes } from "./stack_axes.ts";

/** Sides that differ by less than this, relatively, are equal: writers round resolutions. */
const SQUARE = 1e-4;

/** Larger images are read part by part. */
export const MAX_PIXELS = 1e8;

/** Limits that are checked against the header, before pixels are decoded. */
export interface DecodeLimits {
  /** Maximum number of pixels, over all pages of a file. Default 10⁸. */
  maxPixels?: number;
  /** Level of a TIFF's pyramid. Default 0, the full size. */
  level?: number;
}

/** Options of {@linkcode decodeLabels}. */
export interface DecodeLabelsOptions extends DecodeLimits, LabelValues {
  /** Page of a TIFF, counted from 0. Default 0. */
  page?: number;
}

/** Options of {@linkcode decodeImage}. */
export interface DecodeOptions extends DecodeLimits {
  /** Page of a TIFF, counted from 0. Default 0. */
  page?: number;
  /** The required depth. Default: 8, 16 and 32 bit (floating point) are accepted. */
  bits?: 8 | 16 | 32;
  /**
   * Channels to read, counted from 1: one, or three that become red, green and blue. Default: all, if they are grey or
   * red, green and blue.
   */
  channels?: readonly number[];
}

/** The content of an image file's header. */
export interface ImageHeader {
  format: Format;
  /** Columns after the orientation is applied. */
  width: number;
  /** Rows after the orientation is applied. */
  height: number;
  /** Number of pictures in the file: pages of a TIFF, else 1. */
  pages: number;
  /** Stored channels of each picture, including transparency. */
  channels: number;
  /** Whether the last channel is marked as transparency. Default: `false`. */
  alpha?: boolean;
  /** The orientation that was applied, by the numbers of EXIF and TIFF; 1 is as stored. */
  orientation: Orientation;
  /** Side of a pixel in µm, from OME's or ImageJ's description in a TIFF. */
  pixelSize?: number;
  /** What the pages of a stack are, if the file states it. */
  axes?: StackAxes;
}

function findReader(bytes: Uint8Array, name: string): [Format, FormatReader] {
  const format = detectFormat(bytes);
  if (format) return [format, FORMATS[format]];
  if (bytes.length === 0) throw new ImageError(`${name} is empty: copy or save it again`);
  if (isLfsPointer(bytes)) {
    throw new ImageError(`${name} is a Git LFS pointer, not the image: fetch the image with "git lfs pull"`);
  }
  const other = describeOther(bytes, new TextDecoder("latin1").decode(bytes.subarray(0, 40)));
  throw new ImageError(`${name} is ${other ? `${other}, ` : ""}not a ${FORMAT_LIST} file: save it as one of these`);
}

/** Names the kind of a file in another well-known format. */
function describeOther(bytes: Uint8Array, text: string): string | undefined {
  if (text.startsWith("GIF8")) return "a GIF";
  if (text.startsWith("RIFF") && text.slice(8, 12) === "WEBP") return "a WebP";
  if (text.startsWith("\x93NUMPY")) return "a NumPy array";
  if (text.startsWith("PK\x03\x04")) return "a zip archive";
  if (text.startsWith("\x89HDF")) return "an HDF5 file";
  if (text.slice(4, 8) === "ftyp") return "a HEIF or AVIF file";
  if (text.startsWith("%PDF")) return "a PDF file";
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) return "a gzip-compressed file";
  if (/^\s*</.test(text)) return "a text file (XML or HTML)";
}

/** Runs a decoder and turns its errors into an {@linkcode ImageError} that names the file. */
export async function reading<T>(name: string, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ImageError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    // All messages about damage get the same advice.
    const advice = error instanceof DamagedError ? ". Copy it again, or save it again in the program that made it" : "";
    throw new ImageError(`${name} cannot be read: ${reason}${advice}`);
  }
}

/** Returns the number of pixels of all pages. Up to four channels count as one; more channels count proportionally. */
export function countPixels({ width, height, pages, channels }: Omit<Header, "orientation">): number {
  return width * height * pages * Math.max(1, channels / 4);
}

async function readHeader(
  bytes: Uint8Array,
  name: string,
  { maxPixels = MAX_PIXELS, level }: DecodeLimits,
): Promise<Header & { format: Format }> {
  const [format, reader] = findReader(bytes, name);
  return await reading(name, async () => {
    if (level && format !== "tiff") {
      throw new Error(`it is no TIFF and has only the level 0, but level ${level} was chosen`);
    }
    const header = await reader.readHeader(plainBytes(bytes), level);
    const { width, height, pages, channels } = header;
    if (!(width > 0 && height > 0)) throw new Error(`its header gives a size of ${width} × ${height} pixels`);
    if (countPixels(header) > maxPixels) {
      const size = pages > 1 ? `${pages} pages of ${width} × ${height}` : `${width} × ${height}`;
      const depth = channels > 4 ? ` in ${channels} channels` : "";
      const advice = pages > 1 && countPixels({ ...header, pages: 1 }) <= maxPixels
        ? "save its pages in several files, or read them one by one with openImage"
        : format === "tiff"
        ? "cut it into tiles, or read it part by part with openImage"
        : "save it as a tiled TIFF, or cut it into tiles";
      throw new Error(`${size} pixels${depth} are more than ${maxPixels.toLocaleString("en")}: ${advice}`);
    }
    return { format, ...header };
  });
}

/**
 * Reads an image file's header.
 *
 * @param name the file's path, for messages
 * @throws {ImageError} if the file is damaged, of another format, or has more pixels than allowed.
 */
export async function readImageHeader(
  bytes: Uint8Array,
  name: string,
  limits: DecodeLimits = {},
): Promise<ImageHeader> {
  const { width, height, pixelSides: _, scale: __, ...header } = await readHeader(bytes, name, limits);
  return swapsSides(header.orientation) ? { ...header, width: height, height: width } : { ...header, width, height };
}

/** @throws {ImageError} if a file does not have a page. */
export function checkPage(page: number, pages: number, name: string): void {
  if (Number.isInteger(page) && page >= 0 && page < pages) return;
  throw new ImageError(
    `${name} has ${pages} ${pages === 1 ? "page" : "pages"}, counted from 0, but page ${page} was requested`,
  );
}

async function readRaster(
  bytes: Uint8Array,
  name: string,
  { page = 0, ...limits }: DecodeLimits & { page?: number },
): Promise<Raster & Pick<Header, "pixelSides">> {
  const { width, height, pages, pixelSides } = await readHeader(bytes, name, limits);
  checkPage(page, pages, name);
  const [, reader] = findReader(bytes, name);
  return await reading(name, async () => {
    const raster = await reader.readRaster(plainBytes(bytes), page, limits.level);
    if (raster.width !== width || raster.height !== height) throw new Error("its header and its pixels differ in size");
    return { ...raster, pixelSides, ...(pages > 1 && { place: { page } }) };
  });
}

/**
 * Decodes an image file of one of the `FORMATS` and applies its orientation. Transparency is dropped; palettes become colours; an
 * image with equal colour channels becomes grey. 8 and 16 bits are unchanged, and 9 to 15 bits are stored in 16;
 * signed, longer and floating-point values become float32, which must represent integers exactly.
 *
 * @param name the file's path, for messages
 * @throws {ImageError} if the file is damaged, of another format, too large, of another depth than required, lacks the
 * page, or has channels that are neither grey nor red, green and blue and none was chosen.
 */
export async function decodeImage(bytes: Uint8Array, name: string, options: DecodeOptions = {}): Promise<Image> {
  const { bits, channels } = options;
  const raster = await readRaster(bytes, name, options);
  const image = await reading(name, () => rasterToImage(raster, channels));
  if (bits && bits !== image.bits) {
    let top = -Infinity;
    for (const value of image.data) top = Math.max(top, value);
    throw new ImageError(
      `${name} is a ${image.bits}-bit image with values up to ${top}, but ${bits} bits were required: leave out "bits", or convert the file`,
    );
  }
  const pixelSize = raster.pixelSides && orientedSize(raster.pixelSides, raster.orientation);
  return pixelSize ? { ...image, pixelSize } : image;
}

/**
 * Decodes all channels of an image that the file stores, without transparency, for measuring them with `measureObjects`.
 * The depth is that of `decodeImage`.
 *
 * @param name the file's path, for messages
 * @returns the upright image, `[height, width, channels]`
 * @throws {ImageError} if the file is damaged, of another format, too large, or lacks the page.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { decodeChannels } from "lib/images";
 * import { encodeProbabilityTiff } from "lib/objects";
 *
 * const data = Float32Array.of(1, 2, 3, 4); // two channels of two pixels
 * const tiff = encodeProbabilityTiff([{ width: 2, height: 1, data }], { classes: ["a", "b"] });
 * const { channels, data: read } = await decodeChannels(tiff, "a.tif");
 * assert.deepEqual([channels, read], [2, data]);
 * ```
 */
export async function decodeChannels(
  bytes: Uint8Array,
  name: string,
  options: DecodeLimits & { page?: number } = {},
): Promise<ChannelImage> {
  const raster = await readRaster(bytes, name, options);
  return await reading(name, () => rasterToChannels(raster));
}

/** Returns the size of an upright pixel; one number if it is square. */
export function orientedSize(
  [height, width]: readonly [number, number],
  orientation: Header["orientation"],
): PixelSize {
  if (Math.abs(height - width) <= SQUARE * width) return width;
  return swapsSides(orientation) ? [width, height] : [height, width];
}

/**
 * Decodes a label mask: one channel of whole numbers, 0 for background. Those of a palette are its greys, or the indices
 * if it has colours. A mask of one bit has the values 0 and 255. Labels are renumbered from 1 if one exceeds 65,535,
 * unless `keepValues` is set.
 *
 * @throws {ImageError} like {@linkcode decodeImage}, and if the mask is coloured, has lossy compression, or contains
 * fractions or negative numbers.
 */
export async function decodeLabels(
  bytes: Uint8Array,
  name: string,
  options: DecodeLabelsOptions = {},
): Promise<LabelImage> {
  const raster = await readRaster(bytes, name, options);
  return await reading(name, () => rasterToLabels(raster, options));
}

/**
 * Decodes a mask whose classes are colours.
 *
 * @throws {ImageError} like {@linkcode decodeImage}, and if the mask has lossy compression or more than 8 bits.
 */
export async function decodeColours(
  bytes: Uint8Array,
  name: string,
  options: DecodeLimits & { page?: number } = {},
): Promise<ColourMask> {
  const raster = await readRaster(bytes, name, options);
  return await reading(name, () => rasterToColours(raster));
}
