import type { FormatReader, Header, Raster } from "./formats/format.ts";
import { detectFormat, type Format, FORMAT_LIST, FORMATS } from "./formats/formats.ts";
import { swapsSides } from "./formats/orient.ts";
import { plainBytes } from "../io/plain_bytes.ts";
import { type Image, ImageError, type LabelImage } from "./image.ts";
import { isLfsPointer } from "../io/lfs_pointer.ts";
import { rasterToImage } from "./raster_to_image.ts";
import { rasterToLabels } from "./raster_to_labels.ts";
import { DamagedError } from "./formats/damaged_error.ts";

/** Limits that are checked by the header, before anything is decoded. */
export interface DecodeLimits {
  /** Refuse images with more pixels, all pages of a file together. Default 10⁸. */
  maxPixels?: number;
}

/** Options of {@linkcode decodeLabels}. */
export interface DecodeLabelsOptions extends DecodeLimits {
  /** Page of a TIFF, counted from 0. Default 0. */
  page?: number;
  /** The one channel to take, counted from 1. Default: the only one, or one of three that are equal. */
  channels?: readonly number[];
}

/** Options of {@linkcode decodeImage}. */
export interface DecodeOptions extends DecodeLimits {
  /** Page of a TIFF, counted from 0. Default 0. */
  page?: number;
  /** Refuse an image of other depth. Default: take 8, 16 and 32 bit (floating point) as they are. */
  bits?: 8 | 16 | 32;
  /**
   * Channels to take, counted from 1: one, or three that become red, green, blue. Default: all, where they are grey or
   * red, green, blue.
   */
  channels?: readonly number[];
}

/** What a file's header says. */
export interface ImageHeader {
  format: Format;
  /** Columns, as the picture is shown: its orientation is applied. */
  width: number;
  /** Rows. */
  height: number;
  /** Pictures in the file: pages of a TIFF, else 1. */
  pages: number;
  /** Channels of each picture as stored, transparency included. */
  channels: number;
  /** Side of a pixel in µm, from OME's or ImageJ's description in a TIFF. */
  pixelSize?: number;
}

function findReader(bytes: Uint8Array, name: string): [Format, FormatReader] {
  const format = detectFormat(bytes);
  if (format) return [format, FORMATS[format]];
  if (bytes.length === 0) throw new ImageError(`${name} is empty: copy or save it again`);
  if (isLfsPointer(bytes)) {
    throw new ImageError(`${name} is a pointer of Git LFS, not the image: fetch it with "git lfs pull"`);
  }
  const other = describeOther(bytes, new TextDecoder("latin1").decode(bytes.subarray(0, 40)));
  throw new ImageError(`${name} is ${other ? `${other}, ` : ""}not a ${FORMAT_LIST} file: save it as one of these`);
}

/** The kind of some files that are no image that is read. */
function describeOther(bytes: Uint8Array, text: string): string | undefined {
  if (text.startsWith("GIF8")) return "a GIF";
  if (text.startsWith("RIFF") && text.slice(8, 12) === "WEBP") return "a WebP";
  if (text.startsWith("\x93NUMPY")) return "an array of NumPy";
  if (text.startsWith("PK\x03\x04")) return "a zip archive";
  if (text.startsWith("\x89HDF")) return "an HDF5 file";
  if (text.slice(4, 8) === "ftyp") return "a HEIF or AVIF";
  if (text.startsWith("%PDF")) return "a PDF";
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) return "compressed with gzip";
  if (/^\s*</.test(text)) return "a text (XML or HTML)";
}

/** Does what a decoder does; what goes wrong there is the file's fault, and named. */
async function reading<T>(name: string, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ImageError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    // What decoders find damaged has one way out.
    const wayOut = error instanceof DamagedError ? ". Copy it again, or save it again in the program that made it" : "";
    throw new ImageError(`${name} cannot be read: ${reason}${wayOut}`);
  }
}

async function readHeader(
  bytes: Uint8Array,
  name: string,
  { maxPixels = 1e8 }: DecodeLimits,
): Promise<Header & { format: Format }> {
  const [format, reader] = findReader(bytes, name);
  return await reading(name, async () => {
    const header = await reader.readHeader(plainBytes(bytes));
    const { width, height, pages, channels } = header;
    if (!(width > 0 && height > 0)) throw new Error(`its header gives it ${width} × ${height} pixels`);
    // Colours count as one picture; many channels as as many.
    if (width * height * pages * Math.max(1, channels / 4) > maxPixels) {
      const what = pages > 1 ? `${pages} pages of ${width} × ${height}` : `${width} × ${height}`;
      const each = channels > 4 ? ` in ${channels} channels` : "";
      throw new Error(`${what} pixels${each} are more than ${maxPixels.toLocaleString("en")}: cut it into tiles`);
    }
    return { format, ...header };
  });
}

/**
 * Reads an image file's header.
 *
 * @param name stands in messages: the file's path
 * @throws {ImageError} if it is damaged, of another format, or has more pixels than allowed.
 */
export async function readImageHeader(
  bytes: Uint8Array,
  name: string,
  limits: DecodeLimits = {},
): Promise<ImageHeader> {
  const { orientation, width, height, ...header } = await readHeader(bytes, name, limits);
  return swapsSides(orientation) ? { ...header, width: height, height: width } : { ...header, width, height };
}

async function readRaster(
  bytes: Uint8Array,
  name: string,
  { page = 0, ...limits }: DecodeLimits & { page?: number },
): Promise<Raster> {
  const { width, height, pages } = await readHeader(bytes, name, limits);
  if (!(Number.isInteger(page) && page >= 0 && page < pages)) {
    throw new ImageError(`${name} has ${pages} ${pages === 1 ? "page" : "pages"}, not one numbered ${page} from 0`);
  }
  const [, reader] = findReader(bytes, name);
  return await reading(name, async () => {
    const raster = await reader.readRaster(plainBytes(bytes), page);
    if (raster.width !== width || raster.height !== height) throw new Error("its header and its pixels differ in size");
    return raster;
  });
}

/**
 * Decodes a PNG, TIFF, JPEG or BMP, turned upright as its orientation says. Transparency is dropped; palettes become
 * colours; an image whose colour channels are equal becomes grey. 8 and 16 bit stay as they are, 9 to 15 bit are kept in
 * 16; signed, longer and floating-point values become float32 where that holds them.
 *
 * @param name stands in messages: the file's path
 * @throws {ImageError} if the file is damaged, of another format, too large, of another depth than asked for, has no such
 * page, or has channels that are neither grey nor red, green, blue and none was chosen.
 */
export async function decodeImage(bytes: Uint8Array, name: string, options: DecodeOptions = {}): Promise<Image> {
  const { bits, channels } = options;
  const raster = await readRaster(bytes, name, options);
  const image = await reading(name, () => rasterToImage(raster, channels));
  if (bits && bits !== image.bits) {
    let top = -Infinity;
    for (const value of image.data) top = Math.max(top, value);
    throw new ImageError(
      `${name} is a ${image.bits}-bit image with values up to ${top} and was to be read as ${bits}-bit: leave out "bits", or convert the file`,
    );
  }
  return image;
}

/**
 * Decodes a label mask: one channel of whole numbers, 0 for background; of a palette its indices. Numbers beyond 65,535
 * are counted anew from 1.
 *
 * @throws {ImageError} as {@linkcode decodeImage} does, or if it is coloured, compressed with loss, or has fractions or
 * negative numbers.
 */
export async function decodeLabels(
  bytes: Uint8Array,
  name: string,
  options: DecodeLabelsOptions = {},
): Promise<LabelImage> {
  const raster = await readRaster(bytes, name, options);
  return await reading(name, () => rasterToLabels(raster, options.channels));
}
