import type { Rectangle } from "../rectangle.ts";
import type { StackAxes } from "../stack_axes.ts";
import { DamagedError } from "./damaged_error.ts";

/** Stored samples, in the smallest array type that holds them. */
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
 * A picture's orientation by the numbers of EXIF and TIFF: 1 as stored, 3 rotated by 180°, 6 by 90° clockwise, 8 by 90°
 * counter-clockwise; 2, 4, 5 and 7 are mirrored.
 */
export type Orientation = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;

/** The content of a file's header. Width and height are those of the stored rows, before the orientation is applied. */
export interface Header {
  width: number;
  height: number;
  /** Number of pictures in the file: frames of a TIFF, else 1. */
  pages: number;
  /** Number of channels of each picture. */
  channels: number;
  /** Whether the last channel is marked as transparency. Default: `false`. */
  alpha?: boolean;
  orientation: Orientation;
  /** Side of a pixel in µm, if the file states it. */
  pixelSize?: number;
  /** Height and width of a stored pixel in µm, if the file states those of a microscope. */
  pixelSides?: readonly [height: number, width: number];
  /** Height and width of a stored pixel in pixels of the full size, at a smaller level of a pyramid. */
  scale?: readonly [height: number, width: number];
  /** What the pages of a stack are, if the file states it. */
  axes?: StackAxes;
}

/**
 * Meaning of a picture's channels. `inverted`: grey with 0 for white. `palette`: one channel of indices into the
 * palette. `channels`: measured channels that are not colours. The others name the stored colour space.
 */
export type Colour = "grey" | "inverted" | "rgb" | "palette" | "channels" | "CMYK" | "CIELAB" | "YCbCr";

/** A decoded picture as stored, with interleaved channels. */
export interface Raster {
  width: number;
  height: number;
  /** Number of channels, including alpha. */
  channels: number;
  colour: Colour;
  /** Whether the last channel is transparency. */
  alpha: boolean;
  /** Bits per sample in the file, 1 to 64. */
  bits: number;
  /** `[height, width, channels]`. */
  data: Samples;
  /** Red, green and blue of each index, 0 to 255. */
  palette?: Uint8Array;
  orientation: Orientation;
  /** Name of the compression if it is lossy. */
  lossy?: string;
  /** Where it is in the file, for messages. Default: the only picture of its file. */
  place?: RasterPlace;
}

/** Where a raster is in its file. */
export interface RasterPlace {
  /** The page, counted from 0, if the file has several. */
  page?: number;
  /** Its first column and row in the picture as it is stored, and the size of that picture. Default: it is all of it. */
  part?: Rectangle;
  /** Its channels among those of the picture, counted from 0. Default: all. */
  channels?: readonly number[];
}

/** The reader of a format. Its errors are plain sentences without the file's name. */
export interface FormatReader {
  /** The format's name in messages. */
  label: string;
  /** Extensions of its files, in lower case without the dot. */
  extensions: readonly string[];
  /** Returns whether a file's first bytes are those of this format. */
  matches(bytes: Uint8Array): boolean;
  /** @param level of a pyramid; formats without levels are read at level 0 only */
  readHeader(bytes: Uint8Array, level?: number): Header | Promise<Header>;
  /** @param page counted from 0 */
  readRaster(bytes: Uint8Array, page: number, level?: number): Raster | Promise<Raster>;
}

/** Returns whether a file begins with these bytes. */
export function startsWith(bytes: Uint8Array, ...magic: number[]): boolean {
  return magic.every((byte, i) => bytes[i] === byte);
}

/** Makes a view of a file's bytes, and throws if the file is shorter than `needed`. */
export function viewBytes(bytes: Uint8Array, needed: number): DataView {
  if (bytes.length < needed) throw new DamagedError(`it ends after ${bytes.length} bytes, within its header`);
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Checks an orientation from a file; an invalid one becomes 1, "as stored". */
export function parseOrientation(value: number | undefined): Orientation {
  return value !== undefined && Number.isInteger(value) && value >= 1 && value <= 8 ? value as Orientation : 1;
}
