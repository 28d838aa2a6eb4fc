/** Image formats that are read. */
export type Format = "png" | "tiff" | "jpeg" | "bmp";

/** What a file's header says. */
export interface Header {
  width: number;
  height: number;
  /** Pictures in the file: pages of a TIFF, else 1. */
  pages: number;
  /** Side of a pixel in µm, where the file says. */
  pixelSize?: number;
}

/** A decoded picture, channels interleaved. */
export interface Raster {
  width: number;
  height: number;
  channels: number;
  /** Of whole numbers; 32 with `float`. */
  bits: number;
  /** Whether values are of any range: floating point, signed, or 32-bit. */
  float?: boolean;
  /** Whether the channels are not grey or red, green, blue, but others. */
  spectral?: boolean;
  data: ArrayLike<number>;
}

/** How one format is read. Errors are plain sentences without the file's name. */
export interface FormatReader {
  readHeader(bytes: Uint8Array): Header | Promise<Header>;
  /** @param page counted from 0 */
  readRaster(bytes: Uint8Array, page: number): Raster | Promise<Raster>;
}

/** What the first bytes say a file is. */
export function formatOf(bytes: Uint8Array): Format | undefined {
  const starts = (...magic: number[]) => magic.every((byte, i) => bytes[i] === byte);
  if (starts(0x89, 0x50, 0x4e, 0x47)) return "png";
  if (starts(0x49, 0x49, 0x2a, 0) || starts(0x4d, 0x4d, 0, 0x2a)) return "tiff";
  // BigTIFF
  if (starts(0x49, 0x49, 0x2b, 0) || starts(0x4d, 0x4d, 0, 0x2b)) return "tiff";
  if (starts(0xff, 0xd8, 0xff)) return "jpeg";
  if (starts(0x42, 0x4d)) return "bmp";
}

/** A view of a file's bytes that throws a sentence where they end. */
export function viewOf(bytes: Uint8Array, needed: number): DataView {
  if (bytes.length < needed) throw new Error(`it ends after ${bytes.length} bytes, within its header`);
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
