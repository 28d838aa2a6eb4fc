import { DamagedError } from "../damaged_error.ts";

/** The coding process: those of ITU-T T.81, without the hierarchical ones. */
export type JpegProcess = "baseline" | "extended" | "progressive" | "lossless";

/** One colour component of a frame. A unit is a block of 8 × 8 samples, or one sample in a lossless frame. */
export interface Component {
  id: number;
  /** Index in the frame. */
  index: number;
  /** Sampling factors, 1 to 4. */
  horizontal: number;
  vertical: number;
  /** Number of the quantisation table. */
  quantization: number;
  /** Size in samples. */
  width: number;
  height: number;
  /** Size in units. */
  columns: number;
  rows: number;
  /** Size in units up to the end of the last minimum coded unit. */
  paddedColumns: number;
  paddedRows: number;
}

/** The frame header: the picture's size and its components. */
export interface Frame {
  process: JpegProcess;
  arithmetic: boolean;
  /** Bits per sample. */
  bits: number;
  width: number;
  height: number;
  components: Component[];
  maxHorizontal: number;
  maxVertical: number;
}

const HIERARCHICAL = [0xc5, 0xc6, 0xc7, 0xcd, 0xce, 0xcf];

/** Returns whether a marker starts a frame: one of the SOF markers, which exclude DHT, JPG and DAC. */
export function isFrameMarker(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}

function processFor(marker: number): JpegProcess {
  if (HIERARCHICAL.includes(marker)) {
    throw new Error("it is a hierarchical JPEG: save it as PNG, or as a baseline JPEG");
  }
  if (marker === 0xcb) throw new Error("it is a lossless JPEG with arithmetic coding: save it as PNG");
  if (marker === 0xc0) return "baseline";
  return (["extended", "progressive", "lossless"] as const)[marker % 8 - 1];
}

function checkBits(process: JpegProcess, bits: number): void {
  const valid = process === "lossless" ? bits >= 2 && bits <= 16 : bits === 8 || bits === 12;
  const usual = process === "lossless" ? "2 to 16" : "8 or 12";
  if (!valid) throw new Error(`it has ${bits} bits per sample, but ${process} JPEGs have ${usual}: save it as PNG`);
}

/**
 * Reads a frame header (ITU-T T.81, B.2.2).
 *
 * @param marker the SOF marker's second byte
 * @param segment the segment without marker and length
 * @throws {Error} if it is damaged, or of an unsupported kind.
 */
export function readFrame(marker: number, segment: Uint8Array): Frame {
  const process = processFor(marker);
  const count = segment[5];
  if (segment.length < 6 || segment.length !== 6 + 3 * count) throw new DamagedError("its frame header is damaged");
  const bits = segment[0];
  const height = segment[1] << 8 | segment[2], width = segment[3] << 8 | segment[4];
  checkBits(process, bits);
  if (height === 0) {
    throw new Error("it states its height only after its pixels (DNL): save it again in another program");
  }
  if (width === 0 || count === 0) {
    throw new Error(`its header gives a size of ${width} × ${height} pixels with ${count} components`);
  }
  if (count > 4) {
    throw new Error(`it has ${count} components per pixel, and at most 4 are supported: save it as TIFF`);
  }
  const factors = Array.from({ length: count }, (_, i) => segment[7 + 3 * i]);
  const maxHorizontal = Math.max(...factors.map((factor) => factor >> 4));
  const maxVertical = Math.max(...factors.map((factor) => factor & 15));
  const side = process === "lossless" ? 1 : 8;
  const components = factors.map((factor, index): Component => {
    const horizontal = factor >> 4, vertical = factor & 15;
    if (horizontal < 1 || horizontal > 4 || vertical < 1 || vertical > 4) {
      throw new DamagedError(
        `its component ${index + 1} has the sampling factors ${horizontal} × ${vertical}: it is damaged`,
      );
    }
    if (maxHorizontal % horizontal || maxVertical % vertical) {
      throw new Error(
        `its component ${
          index + 1
        } has the sampling factors ${horizontal} × ${vertical}, which do not divide the largest, ${maxHorizontal} × ${maxVertical}: save it as PNG`,
      );
    }
    const columns = Math.ceil(width * horizontal / (side * maxHorizontal));
    const rows = Math.ceil(height * vertical / (side * maxVertical));
    return {
      id: segment[6 + 3 * index],
      index,
      horizontal,
      vertical,
      quantization: segment[8 + 3 * index],
      width: Math.ceil(width * horizontal / maxHorizontal),
      height: Math.ceil(height * vertical / maxVertical),
      columns,
      rows,
      paddedColumns: Math.ceil(width / (side * maxHorizontal)) * horizontal,
      paddedRows: Math.ceil(height / (side * maxVertical)) * vertical,
    };
  });
  return { process, arithmetic: marker > 0xc8, bits, width, height, components, maxHorizontal, maxVertical };
}
