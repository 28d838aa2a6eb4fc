import type { BlockDecoder } from "./block_decoder.ts";
import { extend, type HuffmanTable, LOOKAHEAD } from "./huffman_code.ts";
import { HuffmanReader } from "./huffman_reader.ts";
import { ZIGZAG } from "./zigzag.ts";

const MASK = (1 << LOOKAHEAD) - 1;

/** Decodes whole blocks of a baseline or extended sequential scan (ITU-T T.81, F.2.2). */
export class HuffmanSequential implements BlockDecoder {
  readonly #reader: HuffmanReader;
  readonly #predictions: Int32Array;

  /**
   * @param dc DC tables by the component's index in the scan
   * @param ac AC tables by the component's index in the scan
   */
  constructor(bytes: Uint8Array, private readonly dc: HuffmanTable[], private readonly ac: HuffmanTable[]) {
    this.#reader = new HuffmanReader(bytes);
    this.#predictions = new Int32Array(dc.length);
  }

  get failed(): boolean {
    return this.#reader.failed;
  }

  restart(start: number, end: number): void {
    this.#reader.start(start, end);
    this.#predictions.fill(0);
  }

  decode(index: number, coefficients: Int16Array, at: number): void {
    const reader = this.#reader;
    const size = reader.symbol(this.dc[index]);
    if (size) this.#predictions[index] += extend(reader.take(size), size);
    coefficients[at] = this.#predictions[index];
    this.#decodeAc(this.ac[index], coefficients, at);
  }

  #decodeAc(table: HuffmanTable, coefficients: Int16Array, at: number): void {
    const reader = this.#reader;
    const { lookup, values } = table, { bytes } = reader;
    // Local copies for speed: this loop takes most of the time.
    let { bits, count, position } = reader;
    for (let k = 1; k < 64; k++) {
      while (count <= 24) {
        bits = bits << 8 | bytes[position++];
        count += 8;
      }
      const peek = bits >>> (count - LOOKAHEAD) & MASK;
      const value = values[peek];
      if (value !== 0) {
        count -= value & 255;
        k += value >> 8 & 255;
        if (k > 63) {
          reader.damaged = true;
          break;
        }
        coefficients[at + ZIGZAG[k]] = value >> 16;
        continue;
      }
      let symbol = lookup[peek];
      if (symbol !== 0) {
        count -= symbol >> 8;
        symbol &= 255;
      } else {
        reader.bits = bits;
        reader.count = count;
        symbol = reader.longSymbol(table);
        count = reader.count;
      }
      const size = symbol & 15;
      if (size === 0) {
        if (symbol !== 0xf0) break;
        k += 15;
        continue;
      }
      k += symbol >> 4;
      if (k > 63) {
        reader.damaged = true;
        break;
      }
      while (count <= 24) {
        bits = bits << 8 | bytes[position++];
        count += 8;
      }
      count -= size;
      coefficients[at + ZIGZAG[k]] = extend(bits >>> count & ((1 << size) - 1), size);
    }
    reader.bits = bits;
    reader.count = count;
    reader.position = position;
  }
}
