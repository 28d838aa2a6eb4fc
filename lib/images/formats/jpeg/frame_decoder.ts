import { type EntropyData, readEntropyData } from "./entropy_data.ts";
import type { Component, Frame } from "./frame.ts";
import { type HuffmanCode, type HuffmanTable, makeHuffmanTable } from "./huffman_code.ts";
import type { Plane } from "./plane.ts";
import type { Scan } from "./scan.ts";
import { layOut } from "./scan_walk.ts";
import type { Tables } from "./tables.ts";
import { DamagedError } from "../damaged_error.ts";

/** Decodes a frame scan by scan. */
export interface FrameDecoder {
  /** Decodes a scan, after its tables were read. */
  decodeScan(scan: Scan, data: EntropyData, tables: Tables): void;
  /** Whether no further scan can follow. */
  readonly complete: boolean;
  /** Returns the components' samples after all scans were decoded. */
  finish(): Plane[];
}

/** Reads a scan's compressed data from a position in the file. */
export function readScanData(frame: Frame, scan: Scan, tables: Tables, file: Uint8Array, start: number): EntropyData {
  const { across, down } = layOut(frame, scan);
  const intervals = tables.restartInterval ? Math.ceil(across * down / tables.restartInterval) : 1;
  return readEntropyData(file, start, intervals);
}

/** Makes the decoding table with a number, and throws if that is missing. */
export function huffmanTable(codes: (HuffmanCode | undefined)[], number: number, largestSymbol?: number): HuffmanTable {
  const code = codes[number];
  if (!code) throw new DamagedError(`a scan uses the Huffman table ${number}, which is missing: it is damaged`);
  return makeHuffmanTable(code, largestSymbol);
}

/** Returns a component's quantisation table, which is the one at the component's first scan. */
export function quantizationTable(tables: Tables, { index, quantization }: Component): Uint16Array {
  const table = tables.quantization[quantization];
  if (!table) {
    throw new DamagedError(
      `its component ${index + 1} uses the quantisation table ${quantization}, which is missing: it is damaged`,
    );
  }
  return table;
}

/** Throws if a component was in no scan. */
export function checkAllSeen({ components }: Frame, seen: { has(component: Component): boolean }): void {
  const missing = components.find((component) => !seen.has(component));
  if (missing) {
    throw new Error(`it contains no data for its component ${missing.index + 1}: copy it again from its source`);
  }
}
