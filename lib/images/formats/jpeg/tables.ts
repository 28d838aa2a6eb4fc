import type { HuffmanCode } from "./huffman_code.ts";
import { STANDARD_CODES } from "./standard_codes.ts";
import { ZIGZAG } from "./zigzag.ts";
import { DamagedError } from "../damaged_error.ts";

/** The tables that a datastream's segments have set so far. */
export interface Tables {
  /** By table number, `[8, 8]`. */
  quantization: (Uint16Array | undefined)[];
  dc: (HuffmanCode | undefined)[];
  ac: (HuffmanCode | undefined)[];
  /** Arithmetic coding: bounds of small DC differences by table number, as exponents of 2. */
  dcLower: Uint8Array;
  dcUpper: Uint8Array;
  /** Arithmetic coding: the last of the low-frequency coefficients by table number. */
  acThreshold: Uint8Array;
  /** Minimum coded units between restart markers; 0 without them. */
  restartInterval: number;
}

/** Makes the tables before any segment: the standard Huffman codes, no quantisation. */
export function startTables(): Tables {
  return {
    quantization: [],
    dc: [...STANDARD_CODES.dc],
    ac: [...STANDARD_CODES.ac],
    ...startConditioning(),
    restartInterval: 0,
  };
}

/** Makes the defaults of arithmetic coding (ITU-T T.81, F.1.4.4.1.4 and F.1.4.4.2.1). */
export function startConditioning() {
  return {
    dcLower: new Uint8Array(16),
    dcUpper: new Uint8Array(16).fill(1),
    acThreshold: new Uint8Array(16).fill(5),
  };
}

function damaged(table: string): never {
  throw new DamagedError(`its ${table} table is damaged`);
}

/** Reads quantisation tables (DQT; ITU-T T.81, B.2.4.1). */
export function readQuantization(tables: Tables, segment: Uint8Array): void {
  for (let at = 0; at < segment.length;) {
    const wide = segment[at] >> 4 ? 2 : 1, number = segment[at] & 15;
    at++;
    if (number > 3 || at + 64 * wide > segment.length) damaged("quantisation");
    const table = new Uint16Array(64);
    for (let i = 0; i < 64; i++, at += wide) {
      table[ZIGZAG[i]] = wide === 2 ? segment[at] << 8 | segment[at + 1] : segment[at];
    }
    tables.quantization[number] = table;
  }
}

/** Reads Huffman codes (DHT; ITU-T T.81, B.2.4.2). */
export function readHuffmanCodes(tables: Tables, segment: Uint8Array): void {
  for (let at = 0; at < segment.length;) {
    const kind = segment[at] >> 4, number = segment[at] & 15;
    const counts = segment.slice(at + 1, at + 17);
    const size = counts.reduce((sum, count) => sum + count, 0);
    at += 17;
    if (kind > 1 || number > 3 || size > 256 || at + size > segment.length) damaged("Huffman");
    tables[kind ? "ac" : "dc"][number] = { counts, symbols: segment.slice(at, at + size) };
    at += size;
  }
}

/** Reads the conditioning of arithmetic coding (DAC; ITU-T T.81, B.2.4.3). */
export function readConditioning(tables: Tables, segment: Uint8Array): void {
  for (let at = 0; at < segment.length; at += 2) {
    const number = segment[at], value = segment[at + 1];
    if (number > 31 || value === undefined) damaged("arithmetic coding");
    if (number >= 16) tables.acThreshold[number - 16] = value;
    else {
      tables.dcLower[number] = value & 15;
      tables.dcUpper[number] = value >> 4;
      if ((value & 15) > value >> 4) damaged("arithmetic coding");
    }
  }
}

/** Reads the restart interval (DRI; ITU-T T.81, B.2.4.4). */
export function readRestartInterval(tables: Tables, segment: Uint8Array): void {
  if (segment.length !== 2) throw new DamagedError("its restart interval is damaged");
  tables.restartInterval = segment[0] << 8 | segment[1];
}
