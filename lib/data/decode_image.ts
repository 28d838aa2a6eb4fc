import { bmp } from "./formats/bmp.ts";
import { type Format, formatOf, type FormatReader, type Raster } from "./formats/format.ts";
import { jpeg } from "./formats/jpeg.ts";
import { png } from "./formats/png.ts";
import { tiff } from "./formats/tiff.ts";
import { type Image, ImageError, type LabelImage } from "./image.ts";

const READERS: Record<Format, FormatReader> = { png, tiff, jpeg, bmp };

/** Limits that are checked by the header, before anything is decoded. */
export interface DecodeLimits {
  /** Refuse images with more pixels, all pages of a file together. Default 10⁸. */
  maxPixels?: number;
}

/** Options of {@linkcode decodeImage}. */
export interface DecodeOptions extends DecodeLimits {
  /** Refuse an image of other depth. Default: take 8, 16 and 32 bit (floating point) as they are. */
  bits?: 8 | 16 | 32;
  /** Page of a TIFF, counted from 0. Default 0. */
  page?: number;
  /** Channels to read, counted from 1: one, or three as red, green, blue. Default: all of a grey or colour image. */
  channels?: readonly number[];
}

/** What a file's header says. */
export interface ImageHeader {
  format: Format;
  width: number;
  height: number;
  /** Pictures in the file: pages of a TIFF, else 1. */
  pages: number;
  /** Side of a pixel in µm, from OME's or ImageJ's description in a TIFF. */
  pixelSize?: number;
}

function readerOf(bytes: Uint8Array, name: string): [Format, FormatReader] {
  const format = formatOf(bytes);
  if (!format) throw new ImageError(`${name} is not a PNG, TIFF, JPEG or BMP file`);
  return [format, READERS[format]];
}

/** Does what a decoder does; what goes wrong there is the file's fault, and named. */
async function reading<T>(name: string, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ImageError) throw error;
    throw new ImageError(`${name} cannot be read: ${error instanceof Error ? error.message : error}`);
  }
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
  { maxPixels = 1e8 }: DecodeLimits = {},
): Promise<ImageHeader> {
  const [format, reader] = readerOf(bytes, name);
  return await reading(name, async () => {
    const header = await reader.readHeader(bytes);
    const { width, height, pages } = header;
    if (!(width > 0 && height > 0)) throw new Error(`its header gives it ${width} × ${height} pixels`);
    if (width * height * pages > maxPixels) {
      const what = pages > 1 ? `${pages} pages of ${width} × ${height}` : `${width} × ${height}`;
      throw new Error(`${what} pixels are more than ${maxPixels.toLocaleString("en")}: cut it into tiles`);
    }
    return { format, ...header };
  });
}

async function readRaster(bytes: Uint8Array, name: string, { page = 0, ...limits }: DecodeOptions): Promise<Raster> {
  const { width, height, pages } = await readImageHeader(bytes, name, limits);
  if (!(Number.isInteger(page) && page >= 0 && page < pages)) {
    throw new ImageError(`${name} has ${pages} ${pages === 1 ? "page" : "pages"}, not one numbered ${page} from 0`);
  }
  const [, reader] = readerOf(bytes, name);
  return await reading(name, async () => {
    const raster = await reader.readRaster(bytes, page);
    if (raster.width !== width || raster.height !== height) throw new Error("its header and its pixels differ in size");
    const values = width * height * raster.channels;
    if (raster.data.length < values) throw new Error(`it holds ${raster.data.length} of ${values} values`);
    return raster;
  });
}

/** Whole numbers of any range as float32, which holds them exactly up to 2²⁴. */
function toFloat(data: ArrayLike<number>): Float32Array {
  const out = Float32Array.from(data);
  for (let i = 0; i < out.length; i++) {
    if (!Number.isFinite(out[i])) throw new Error(`it holds ${data[i]} at value ${i + 1}: replace what is no number`);
    if (Number.isInteger(data[i]) && out[i] !== data[i]) {
      throw new Error(`its value ${data[i]} does not fit floating point: save it with 16 bits`);
    }
  }
  return out;
}

/** Keeps the given channels, counted from 1. */
function pick(raster: Raster, chosen: readonly number[]): Raster {
  const { width, height, channels, data } = raster;
  const absent = chosen.find((channel) => channel > channels);
  if (absent) throw new Error(`it has ${channels} channels, not one numbered ${absent}`);
  const kept = new Float64Array(width * height * chosen.length);
  for (let i = 0, at = 0; i < width * height; i++) {
    for (const channel of chosen) kept[at++] = data[i * channels + channel - 1];
  }
  return { ...raster, channels: chosen.length, data: kept, spectral: false };
}

/** Drops an alpha channel, and two of three channels that are everywhere equal. */
function toImage({ width, height, channels, bits, float, spectral, data }: Raster): Image {
  if (spectral) throw new Error(`it has ${channels} channels that are not red, green, blue: save the one to segment`);
  if (!float && bits !== 8 && bits !== 16) throw new Error(`it has ${bits} bits per channel: save it with 8 or 16`);
  const pixels = width * height;
  const values = float ? toFloat(data) : data;
  const colour = channels >= 3;
  let grey = true;
  for (let i = 0; colour && grey && i < pixels * channels; i += channels) {
    grey = values[i] === values[i + 1] && values[i] === values[i + 2];
  }
  const kept = colour && !grey ? 3 : 1;
  const count = pixels * kept;
  const out = float ? new Float32Array(count) : bits === 8 ? new Uint8Array(count) : new Uint16Array(count);
  for (let i = 0, at = 0; i < pixels; i++) for (let c = 0; c < kept; c++) out[at++] = values[i * channels + c];
  return { width, height, channels: kept, bits: float ? 32 : bits as 8 | 16, data: out };
}

/**
 * Decodes a PNG (1 to 16 bit), a TIFF (8 and 16 bit, floating point, signed; strips or tiles), a JPEG or a BMP. Alpha
 * is dropped; an image whose colour channels are equal becomes grey; the depth stays as it is, and what is neither 8
 * nor 16 bit becomes float32 without loss.
 *
 * @param name stands in messages: the file's path
 * @throws {ImageError} if the file is damaged, of another format, too large, of another depth than asked for, or has
 * no such page.
 */
export async function decodeImage(bytes: Uint8Array, name: string, options: DecodeOptions = {}): Promise<Image> {
  const { bits } = options;
  const raster = await readRaster(bytes, name, options);
  const image = await reading(name, () => toImage(options.channels ? pick(raster, options.channels) : raster));
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
 * Decodes a label mask: one channel of whole numbers, 0 for background. Numbers beyond 65,535 are counted anew from 1.
 *
 * @throws {ImageError} as {@linkcode decodeImage} does, or if it is coloured or has fractions or negative numbers.
 */
export async function decodeLabels(bytes: Uint8Array, name: string, options: DecodeOptions = {}): Promise<LabelImage> {
  const raster = await readRaster(bytes, name, options);
  const { width, height, channels } = raster;
  // 32-bit label numbers need not fit floating point.
  if (raster.float && channels === 1) return { width, height, data: await reading(name, () => compact(raster.data)) };
  const image = await reading(name, () => toImage(raster));
  if (image.channels !== 1) throw new ImageError(`${name} is coloured, not a label mask: save it with one channel`);
  return { width, height, data: Uint16Array.from(image.data) };
}

function compact(values: ArrayLike<number>): Uint16Array {
  let top = 0;
  for (let i = 0; i < values.length; i++) {
    if (!(Number.isInteger(values[i]) && values[i] >= 0)) {
      throw new Error(`a label mask holds whole numbers from 0 on, and this one ${values[i]}`);
    }
    top = Math.max(top, values[i]);
  }
  if (top <= 65535) return Uint16Array.from(values);
  const numbers = new Map<number, number>([[0, 0]]);
  const out = new Uint16Array(values.length);
  for (let i = 0; i < values.length; i++) {
    let number = numbers.get(values[i]);
    if (number === undefined) numbers.set(values[i], number = numbers.size);
    if (number > 65535) throw new Error("it has more than 65,535 objects: cut it into tiles");
    out[i] = number;
  }
  return out;
}
