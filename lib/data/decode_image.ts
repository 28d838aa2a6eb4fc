import { convertIndexedToRgb, decode as decodePng } from "fast-png";
import { fromArrayBuffer } from "geotiff";
import jpeg from "jpeg-js";
import { type Image, ImageError } from "./image.ts";

/** Options of {@linkcode decodeImage}. */
export interface DecodeOptions {
  /** Refuse an image of other depth. Default: take 8 and 16 bit as they are. */
  bits?: 8 | 16;
  /** Refuse images with more pixels. Default 10⁸. */
  maxPixels?: number;
}

interface Raster {
  width: number;
  height: number;
  channels: number;
  bits: number;
  data: ArrayLike<number>;
}

/** What the first bytes say a file is. */
function formatOf(bytes: Uint8Array): "png" | "tiff" | "jpeg" | undefined {
  const starts = (...magic: number[]) => magic.every((byte, i) => bytes[i] === byte);
  if (starts(0x89, 0x50, 0x4e, 0x47)) return "png";
  if (starts(0x49, 0x49, 0x2a, 0x00) || starts(0x4d, 0x4d, 0x00, 0x2a)) return "tiff";
  if (starts(0xff, 0xd8, 0xff)) return "jpeg";
}

function pngSize(bytes: Uint8Array): [width: number, height: number] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return [view.getUint32(16), view.getUint32(20)];
}

function checkPixels(width: number, height: number, maxPixels: number): void {
  if (width * height > maxPixels) {
    throw new Error(`${width} × ${height} pixels are more than ${maxPixels.toLocaleString("en")}: cut it into tiles`);
  }
}

function readPng(bytes: Uint8Array, maxPixels: number): Raster {
  checkPixels(...pngSize(bytes), maxPixels);
  const png = decodePng(bytes, { checkCrc: true });
  if (png.palette) {
    const data = convertIndexedToRgb(png);
    return { ...png, data, bits: 8, channels: data.length / (png.width * png.height) };
  }
  const { width, height, channels, depth } = png;
  if (depth >= 8) return { width, height, channels, bits: depth, data: png.data };
  // Grey at 1, 2 or 4 bits, packed: spread over 8.
  const perByte = 8 / depth, top = 2 ** depth - 1, rowBytes = Math.ceil(width / perByte);
  const data = new Uint8Array(width * height);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const byte = png.data[y * rowBytes + Math.floor(x / perByte)];
      data[at++] = ((byte >> (8 - depth * (x % perByte + 1))) & top) * (255 / top);
    }
  }
  return { width, height, channels, bits: 8, data };
}

async function readTiff(bytes: Uint8Array, maxPixels: number): Promise<Raster> {
  const copy = bytes.slice().buffer;
  const tiff = await fromArrayBuffer(copy);
  const page = await tiff.getImage();
  const width = page.getWidth(), height = page.getHeight();
  checkPixels(width, height, maxPixels);
  const channels = page.getSamplesPerPixel();
  const bits = page.getBitsPerSample(0);
  const format = page.getSampleFormat(0);
  if (format !== 1) {
    throw new Error(`its samples are ${format === 3 ? "floating point" : "signed"}: save it as 8 or 16 bit`);
  }
  const data = await page.readRasters({ interleave: true });
  return { width, height, channels, bits, data: data as unknown as ArrayLike<number> };
}

function readJpeg(bytes: Uint8Array, maxPixels: number): Raster {
  const { width, height, data } = jpeg.decode(bytes, {
    useTArray: true,
    formatAsRGBA: false,
    tolerantDecoding: false,
    maxResolutionInMP: maxPixels / 1e6,
  });
  return { width, height, channels: 3, bits: 8, data };
}

/** Drops an alpha channel, and two of three channels that are everywhere equal. */
function toImage({ width, height, channels, bits, data }: Raster): Image {
  if (bits !== 8 && bits !== 16) throw new Error(`it has ${bits} bits per channel: save it with 8 or 16`);
  const pixels = width * height;
  if (data.length < pixels * channels) throw new Error(`it holds ${data.length} of ${pixels * channels} values`);
  const colour = channels >= 3;
  const make = (count: number) => bits === 8 ? new Uint8Array(count) : new Uint16Array(count);
  let grey = true;
  for (let i = 0; colour && grey && i < pixels * channels; i += channels) {
    grey = data[i] === data[i + 1] && data[i] === data[i + 2];
  }
  const kept = colour && !grey ? 3 : 1;
  const out = make(pixels * kept);
  for (let i = 0, at = 0; i < pixels; i++) for (let c = 0; c < kept; c++) out[at++] = data[i * channels + c];
  return { width, height, channels: kept, bits, data: out };
}

/**
 * Decodes a PNG (1 to 16 bit), TIFF (8 and 16 bit, first page) or JPEG. Alpha is dropped; an image
 * whose colour channels are equal becomes grey; the depth stays as it is.
 *
 * @param name stands in messages: the file's path
 * @throws {ImageError} if the file is damaged, of another format, too large or of another depth
 * than asked for.
 */
export async function decodeImage(bytes: Uint8Array, name: string, options: DecodeOptions = {}): Promise<Image> {
  const { bits, maxPixels = 1e8 } = options;
  const format = formatOf(bytes);
  if (!format) throw new ImageError(`${name} is not a PNG, TIFF or JPEG file`);
  let image: Image;
  try {
    const raster = format === "png"
      ? readPng(bytes, maxPixels)
      : format === "tiff"
      ? await readTiff(bytes, maxPixels)
      : readJpeg(bytes, maxPixels);
    image = toImage(raster);
  } catch (error) {
    throw new ImageError(`${name} cannot be read: ${error instanceof Error ? error.message : error}`);
  }
  if (bits && bits !== image.bits) {
    let top = 0;
    for (const value of image.data) top = Math.max(top, value);
    throw new ImageError(
      `${name} is a ${image.bits}-bit image with values up to ${top} and was to be read as ${bits}-bit: leave out "bits", or convert the file`,
    );
  }
  return image;
}
