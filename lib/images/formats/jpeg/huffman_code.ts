import { DamagedError } from "../damaged_error.ts";

/** A Huffman code as a file defines it. */
export interface HuffmanCode {
  /** Numbers of codes of 1 to 16 bits. */
  counts: Uint8Array;
  symbols: Uint8Array;
}

/** Number of bits that {@linkcode HuffmanTable} looks up at once. */
export const LOOKAHEAD = 10;

/** Decoding tables for one Huffman code. */
export interface HuffmanTable {
  /** By the next {@linkcode LOOKAHEAD} bits: length · 256 + symbol, or 0 if the code is longer. */
  lookup: Uint16Array;
  /**
   * By the same bits, if they contain a code and the bits of its value: value · 2¹⁶ + run · 256 + length of both; else
   * 0.
   */
  values: Int32Array;
  /** By length, the largest code, or −1 if there is none. */
  largest: Int32Array;
  /** By length, the first symbol's index minus the first code. */
  offset: Int32Array;
  symbols: Uint8Array;
}

/** Converts `size` bits to a signed value: those with a leading 0 are negative (ITU-T T.81, F.2.2.1). */
export function extend(bits: number, size: number): number {
  return bits < 1 << (size - 1) ? bits - (1 << size) + 1 : bits;
}

/**
 * Makes decoding tables (ITU-T T.81, annex C and F.2.2.3).
 *
 * @param largestSymbol symbols above it count as damage
 * @throws {Error} if the lengths do not define a prefix code.
 */
export function makeHuffmanTable({ counts, symbols }: HuffmanCode, largestSymbol = 255): HuffmanTable {
  const lookup = new Uint16Array(1 << LOOKAHEAD), values = new Int32Array(1 << LOOKAHEAD);
  const largest = new Int32Array(17).fill(-1), offset = new Int32Array(17);
  let code = 0, place = 0;
  for (let length = 1; length <= 16; length++, code *= 2) {
    const count = counts[length - 1];
    if (count === 0) continue;
    offset[length] = place - code;
    for (let i = 0; i < count; i++, code++, place++) {
      if (symbols[place] > largestSymbol) {
        throw new DamagedError(`a Huffman table has the symbol ${symbols[place]}: it is damaged`);
      }
      if (length <= LOOKAHEAD) {
        const start = code << (LOOKAHEAD - length);
        lookup.fill(length << 8 | symbols[place], start, start + (1 << (LOOKAHEAD - length)));
      }
    }
    // No code consists only of ones.
    if (code >= 1 << length) throw new DamagedError("a Huffman table has more codes than fit: it is damaged");
    largest[length] = code - 1;
  }
  for (let bits = 0; bits < lookup.length; bits++) {
    const length = lookup[bits] >> 8, size = lookup[bits] & 15, run = lookup[bits] >> 4 & 15;
    if (length === 0 || size === 0 || length + size > LOOKAHEAD) continue;
    const value = extend(bits >> (LOOKAHEAD - length - size) & ((1 << size) - 1), size);
    values[bits] = value * 0x10000 + (run << 8) + length + size;
  }
  return { lookup, values, largest, offset, symbols };
}
