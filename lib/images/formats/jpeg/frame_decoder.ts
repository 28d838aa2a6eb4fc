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
  /** Decodes a scan whose tables have been read. */
  decodeScan(scan: Scan, data: EntropyData, tables: Tables): void;
  /** Whether no scan can follow. */
  readonly complete: boolean;
  /** The components' samples, once all scans have been decoded. */
  finish(): Plane[];
}

/** A scan's compressed data, from a place in the file. */
export function readScanData(frame: Frame, scan: Scan, tables: Tables, file: Uint8Array, start: number): EntropyData {
  const { across, down } = layOut(frame, scan);
  const intervals = tables.restartInterval ? Math.ceil(across * down / tables.restartInterval) : 1;
  return readEntropyData(file, start, intervals);
}

/** The decoding table with a number, or an error that names it. */
export function huffmanTable(codes: (HuffmanCode | undefined)[], number: number, largestSymbol?: number): HuffmanTable {
  const code = codes[number];
  if (!code) throw new DamagedError(`a scan uses the Huffman table ${number}, which is missing: it is damaged`);
  return makeHuffmanTable(code, largestSymbol);
}

/** The quantisation table that a component names; it stays what it is at the component's first scan. */
export function quantizationTable(tables: Tables, { index, quantization }: Component): Uint16Array {
  const table = tables.quantization[quantization];
  if (!table) {
    throw new DamagedError(
      `its component ${index + 1} uses the quantisation table ${quantization}, which is missing: it is damaged`,
    );
  }
  return table;
}

/** Fails where a component came in no scan. */
export function checkAllSeen({ components }: Frame, seen: { has(component: Component): boolean }): void {
  const missing = components.find((component) => !seen.has(component));
  if (missing) {
    throw new Error(`it holds no data for its component ${missing.index + 1}: copy it again from its source`);
  }
}
