import type { JpegProcess } from "./frame.ts";
import { MarkerReader } from "./marker_reader.ts";
import { readOrientation } from "../exif_orientation.ts";
import { DamagedError } from "../damaged_error.ts";

/** The content of a JPEG's header. */
export interface JpegHeader {
  width: number;
  height: number;
  /** Components per pixel, 1 to 4. */
  components: number;
  /** Bits per sample. */
  bits: number;
  process: JpegProcess;
  /** Whether its entropy coding is arithmetic instead of Huffman. */
  arithmetic: boolean;
  /** Exif's orientation, 1 to 8; 1 is as stored. */
  orientation: number;
  /** The colour transform in Adobe's segment: 0 for none, 1 for YCbCr, 2 for YCCK. */
  transform?: number;
}

/**
 * Reads a JPEG's header, up to its first scan.
 *
 * @throws {Error} if it is damaged, or of an unsupported kind; the message does not name the file.
 *
 * @example
 * ```ts
 * import { readJpegHeader } from "lib/images/formats/jpeg/read_jpeg_header.ts";
 *
 * const grey = Uint8Array.of(
 *   ...[0xff, 0xd8, 0xff, 0xc0, 0, 11, 8, 0, 20, 0, 30, 1, 1, 0x11, 0],
 *   ...[0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0],
 * );
 * const { width, height, components } = readJpegHeader(grey);
 * console.assert(width === 30 && height === 20 && components === 1);
 * ```
 */
export function readJpegHeader(bytes: Uint8Array): JpegHeader {
  const reader = new MarkerReader(bytes);
  const scan = reader.nextScan();
  if (scan === "cut") throw new DamagedError(`it ends after ${bytes.length} bytes, within its header`);
  const { frame, exif, xmp, transform } = reader;
  if (!scan || !frame) throw new Error("it contains no picture");
  const { width, height, bits, process, arithmetic, components } = frame;
  return {
    width,
    height,
    components: components.length,
    bits,
    process,
    arithmetic,
    orientation: readOrientation(exif, xmp),
    transform,
  };
}
