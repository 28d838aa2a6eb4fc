import { DamagedError } from "./damaged_error.ts";

/** Stored samples, in the smallest array that holds them. */
export type Samples =
  | Uint8Array
  | Uint16Array
  | Uint32Array
  | BigUint64Array
  | Int8Array
  | Int16Array
  | Int32Array
  | BigInt64Array
  | Float32Array
  | Float64Array;

/**
 * How a picture is to be turned, by EXIF's and TIFF's numbers: 1 as stored, 3 half a turn, 6 a quarter turn clockwise,
 * 8 counter-clockwise; 2, 4, 5 and 7 are mirrored.
 */
export type Orientation = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;

/** What a file's header says. Width and height are those of the stored rows, before the orientation is applied. */
export interface Header {
  width: number;
  height: number;
  /** Pictures in the file: frames of a TIFF, else 1. */
  pages: number;
  /** Channels of each picture. */
  channels: number;
  orientation: Orientation;
  /** Side of a pixel in µm, where the file says. */
  pixelSize?: number;
}

/**
 * Meaning of a picture's channels. `inverted`: grey whose 0 is white. `palette`: one channel of indices into the
 * palette. `channels`: measured channels that are no colours. Others name the colour space that was stored.
 */
export type Colour = "grey" | "inverted" | "rgb" | "palette" | "channels" | "CMYK" | "CIELAB" | "YCbCr";

/** A decoded picture as it is stored, channels interleaved. */
export interface Raster {
  width: number;
  height: number;
  /** Channels, alpha included. */
  channels: number;
  colour: Colour;
  /** Whether the last channel is transparency. */
  alpha: boolean;
  /** Bits per sample in the file, 1 to 64. */
  bits: number;
  /** `[height, width, channels]`. */
  data: Samples;
  /** Red, green, blue of each index, 0 to 255. */
  palette?: Uint8Array;
  orientation: Orientation;
  /** Name of its compression, where that can change values. */
  lossy?: string;
}

/** How one format is read. Errors are plain sentences without the file's name. */
export interface FormatReader {
  /** Its name in messages. */
  label: string;
  /** Whether a file has this format, by its first bytes. */
  matches(bytes: Uint8Array): boolean;
  readHeader(bytes: Uint8Array): Header | Promise<Header>;
  /** @param page counted from 0 */
  readRaster(bytes: Uint8Array, page: number): Raster | Promise<Raster>;
}

/** Whether a file begins with these bytes. */
export function startsWith(bytes: Uint8Array, ...magic: number[]): boolean {
  return magic.every((byte, i) => bytes[i] === byte);
}

/** A view of a file's bytes that throws a sentence where they end. */
export function viewBytes(bytes: Uint8Array, needed: number): DataView {
  if (bytes.length < needed) throw new DamagedError(`it ends after ${bytes.length} bytes, within its header`);
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** An orientation from a file; damaged ones count as "as stored". */
export function parseOrientation(value: number | undefined): Orientation {
  return value !== undefined && Number.isInteger(value) && value >= 1 && value <= 8 ? value as Orientation : 1;
}
