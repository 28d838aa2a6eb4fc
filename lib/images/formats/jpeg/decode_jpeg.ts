import { assemble } from "./assemble.ts";
import { chooseColour, type ColourChange, type ColourOption, type JpegColour } from "./colour.ts";
import type { Frame } from "./frame.ts";
import { type FrameDecoder, readScanData } from "./frame_decoder.ts";
import { LosslessFrame } from "./lossless_frame.ts";
import { MarkerReader } from "./marker_reader.ts";
import { ProgressiveFrame } from "./progressive_frame.ts";
import { SequentialFrame } from "./sequential_frame.ts";
import { DamagedError } from "../damaged_error.ts";

/** A decoded JPEG. */
export interface JpegImage {
  width: number;
  height: number;
  /** 1 to 4. */
  channels: number;
  /** Bits per sample: 8, 12, or 2 to 16 in a lossless JPEG. */
  bits: number;
  /** `[height, width, channels]`; bytes up to 8 bits. */
  data: Uint8Array | Uint16Array;
  /** Meaning of the channels after conversion. */
  colour: JpegColour;
}

/** Options of {@linkcode decodeJpeg}. */
export interface JpegOptions {
  /** A datastream with the tables of an abbreviated datastream: TIFF's tag JPEGTables. */
  tables?: Uint8Array;
  /**
   * Meaning of the components. "auto" (the default) decides by the file's segments and component ids; for a TIFF it
   * depends on PhotometricInterpretation: 6 is "ycbcr", all others are "raw".
   */
  colour?: ColourOption;
  /** Maximum number of pixels, checked before pixels are decoded. Default: no limit. */
  maxPixels?: number;
}

function openReader(bytes: Uint8Array, tables?: Uint8Array): MarkerReader {
  if (!tables) return new MarkerReader(bytes);
  const reader = new MarkerReader(tables);
  reader.nextScan();
  if (reader.frame) throw new DamagedError("its JPEG tables contain a picture: it is damaged");
  reader.continueWith(bytes);
  return reader;
}

/** Throws before memory is allocated if the picture is too large, or the data too short even for an empty picture. */
function checkSize({ width, height, components, process, arithmetic }: Frame, bytes: number, maxPixels: number): void {
  if (width * height > maxPixels) {
    throw new Error(`${width} × ${height} pixels are more than ${maxPixels.toLocaleString("en")}: cut it into tiles`);
  }
  // A Huffman code has at least one bit, and a sequential block at least two codes.
  const units = components.reduce((sum, { columns, rows }) => sum + columns * rows, 0);
  const bits = arithmetic ? 0 : process === "baseline" || process === "extended" ? 2 * units : units;
  if (bytes * 8 < bits) {
    throw new Error(
      `it is cut off: ${bytes} bytes cannot hold ${width} × ${height} pixels; copy it again from its source`,
    );
  }
}

function makeDecoder(frame: Frame): FrameDecoder {
  if (frame.process === "progressive") return new ProgressiveFrame(frame);
  return frame.process === "lossless" ? new LosslessFrame(frame) : new SequentialFrame(frame);
}

/**
 * Decodes a JPEG: baseline, extended and progressive with 8 or 12 bits and Huffman or arithmetic coding, and lossless
 * with 2 to 16 bits and Huffman coding. The samples equal libjpeg-turbo's bit for bit. If a file contains several
 * pictures, the first is decoded. The orientation is not applied.
 *
 * @throws {Error} if it is damaged, cut off, too large, or of an unsupported kind; the message does not name the file.
 */
export function decodeJpeg(bytes: Uint8Array, options: JpegOptions = {}): JpegImage {
  const { tables, colour = "auto", maxPixels = Infinity } = options;
  const reader = openReader(bytes, tables);
  let decoder: FrameDecoder | undefined, change: ColourChange | undefined;
  while (!decoder?.complete) {
    const scan = reader.nextScan();
    if (scan === "cut") {
      throw new DamagedError(
        decoder
          ? "it is cut off: its end is missing; copy it again from its source"
          : `it ends after ${bytes.length} bytes, within its header`,
      );
    }
    const { frame } = reader;
    if (!scan || !frame) break;
    if (!decoder) {
      checkSize(frame, bytes.length - reader.position, maxPixels);
      change = chooseColour(frame, reader, colour);
      decoder = makeDecoder(frame);
    }
    const data = readScanData(frame, scan, reader.tables, bytes, reader.position);
    reader.position = data.next;
    decoder.decodeScan(scan, data, reader.tables);
  }
  const { frame } = reader;
  if (!decoder || !change || !frame) throw new Error("it contains no picture");
  const { width, height, bits, components } = frame;
  const data = assemble(frame, decoder.finish(), change);
  return { width, height, channels: components.length, bits, data, colour: change.colour };
}
