import type { BlockDecoder } from "./block_decoder.ts";
import { extend, type HuffmanTable } from "./huffman_code.ts";
import { HuffmanReader } from "./huffman_reader.ts";
import type { Scan } from "./scan.ts";
import { ZIGZAG } from "./zigzag.ts";

/** Decodes the part of each block that a progressive scan contains (ITU-T T.81, G.2). */
export class HuffmanProgressive implements BlockDecoder {
  readonly #reader: HuffmanReader;
  readonly #predictions: Int32Array;
  /** Remaining blocks without new coefficients, including the current one. */
  #emptyBlocks = 0;

  /** @param tables by the component's index in the scan: DC codes in a scan of DC coefficients, else AC codes */
  constructor(bytes: Uint8Array, private readonly scan: Scan, private readonly tables: HuffmanTable[]) {
    this.#reader = new HuffmanReader(bytes);
    this.#predictions = new Int32Array(scan.components.length);
  }

  get failed(): boolean {
    return this.#reader.failed;
  }

  restart(start: number, end: number): void {
    this.#reader.start(start, end);
    this.#predictions.fill(0);
    this.#emptyBlocks = 0;
  }

  decode(index: number, coefficients: Int16Array, at: number): void {
    const { first, high } = this.scan;
    if (first === 0) {
      if (high === 0) this.#startDc(index, coefficients, at);
      else coefficients[at] |= this.#reader.take(1) << this.scan.low;
    } else if (high === 0) this.#startAc(coefficients, at);
    else this.#refineAc(coefficients, at);
  }

  #startDc(index: number, coefficients: Int16Array, at: number): void {
    const size = this.#reader.symbol(this.tables[index]);
    if (size) this.#predictions[index] += extend(this.#reader.take(size), size);
    coefficients[at] = this.#predictions[index] << this.scan.low;
  }

  /** Reads the number of blocks in a run with the code `symbol`. */
  #runLength(symbol: number): number {
    const size = symbol >> 4;
    return (1 << size) + this.#reader.take(size);
  }

  #startAc(coefficients: Int16Array, at: number): void {
    if (this.#emptyBlocks > 0) {
      this.#emptyBlocks--;
      return;
    }
    const reader = this.#reader, [table] = this.tables;
    const { first, last, low } = this.scan;
    for (let k = first; k <= last; k++) {
      const symbol = reader.symbol(table), size = symbol & 15;
      if (size === 0) {
        if (symbol !== 0xf0) {
          this.#emptyBlocks = this.#runLength(symbol) - 1;
          return;
        }
        k += 15;
        continue;
      }
      k += symbol >> 4;
      if (k > last) {
        reader.damaged = true;
        return;
      }
      coefficients[at + ZIGZAG[k]] = extend(reader.take(size), size) << low;
    }
  }

  #refineAc(coefficients: Int16Array, at: number): void {
    const reader = this.#reader, [table] = this.tables;
    const { first, last, low } = this.scan;
    const one = 1 << low;
    let k = first;
    if (this.#emptyBlocks === 0) {
      for (; k <= last; k++) {
        const symbol = reader.symbol(table);
        let run = symbol >> 4, value = 0;
        if ((symbol & 15) !== 0) {
          // A coefficient that becomes non-zero in a refinement has one bit.
          if ((symbol & 15) !== 1) reader.damaged = true;
          value = reader.take(1) ? one : -one;
        } else if (symbol !== 0xf0) {
          this.#emptyBlocks = this.#runLength(symbol);
          break;
        }
        for (; k <= last; k++) {
          const place = at + ZIGZAG[k];
          if (coefficients[place] !== 0) this.#refine(coefficients, place, one);
          else if (run-- === 0) break;
        }
        if (value === 0) continue;
        if (k > last) {
          reader.damaged = true;
          return;
        }
        coefficients[at + ZIGZAG[k]] = value;
      }
    }
    if (this.#emptyBlocks === 0) return;
    this.#emptyBlocks--;
    for (; k <= last; k++) {
      const place = at + ZIGZAG[k];
      if (coefficients[place] !== 0) this.#refine(coefficients, place, one);
    }
  }

  /** Reads one more bit of a non-zero coefficient. */
  #refine(coefficients: Int16Array, place: number, one: number): void {
    const value = coefficients[place];
    if (this.#reader.take(1) && (value & one) === 0) coefficients[place] = value < 0 ? value - one : value + one;
  }
}
