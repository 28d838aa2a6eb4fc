import { CODE_BITS, EXTRA_SHIFT, fillHuffmanTable, KIND, LINK, VALUE_SHIFT } from "./huffman_table.ts";

/** Bits looked up at once: for lengths and literals, for distances, and for the code of codes. */
const LENGTH_ROOT = 10, DISTANCE_ROOT = 8, CODE_ROOT = 7;
const LENGTH_MASK = (1 << LENGTH_ROOT) - 1, DISTANCE_MASK = (1 << DISTANCE_ROOT) - 1, CODE_MASK = (1 << CODE_ROOT) - 1;
/** Kinds of entries. */
const LITERAL = 0, MATCH = 1 << 8, END = 2 << 8;
const MAX_MATCH = 258;
/** From this length on, `copyWithin` is faster than a loop. */
const LONG_COPY = 40;
/** Zeros after the input, so that four bytes can be read anywhere. */
const PADDING = 8;

// Lengths and distances: RFC 1951, section 3.2.5. The fixed code has two more symbols of each, which are unused.
const LENGTHS = new Int32Array(288), DISTANCES = new Int32Array(32);
for (let byte = 0; byte < 256; byte++) LENGTHS[byte] = (byte << VALUE_SHIFT) | LITERAL;
LENGTHS[256] = END;
for (let symbol = 257, base = 3; symbol < 285; symbol++) {
  const extra = symbol < 265 ? 0 : (symbol - 261) >> 2;
  LENGTHS[symbol] = (base << VALUE_SHIFT) | MATCH | (extra << EXTRA_SHIFT);
  base += 1 << extra;
}
LENGTHS[285] = (MAX_MATCH << VALUE_SHIFT) | MATCH;
for (let symbol = 0, base = 1; symbol < 30; symbol++) {
  const extra = symbol < 4 ? 0 : (symbol - 2) >> 1;
  DISTANCES[symbol] = (base << VALUE_SHIFT) | MATCH | (extra << EXTRA_SHIFT);
  base += 1 << extra;
}
const CODES = Int32Array.from({ length: 19 }, (_, symbol) => symbol << VALUE_SHIFT);
const CODE_ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
const FIXED_LENGTHS = new Uint8Array(288).fill(8).fill(9, 144, 256).fill(7, 256, 280);
const FIXED_DISTANCES = new Uint8Array(32).fill(5);

// At least two codes share each second table: lengths need at most 143 tables of 32 entries, distances 16 of 128.
const lengthTable = new Int32Array((1 << LENGTH_ROOT) + 143 * 32);
const distanceTable = new Int32Array((1 << DISTANCE_ROOT) + 16 * 128);
const codeTable = new Int32Array(1 << CODE_ROOT);

/** The result of decoding a deflate stream. */
export interface Inflated {
  /** The output, at most the requested size. */
  data: Uint8Array;
  /** Number of input bytes read. */
  consumed: number;
  /**
   * `"complete"`: the last block ended; `"full"`: the requested size was reached before; `"truncated"`: the input ends
   * within the stream; `"damaged"`: the input is not a valid deflate stream.
   */
  state: "complete" | "full" | "truncated" | "damaged";
}

/**
 * Decodes a deflate stream without a header (RFC 1951).
 *
 * @param size maximum number of bytes to decode
 */
export function inflate(bytes: Uint8Array, size: number): Inflated {
  return new Inflater(bytes, size).run();
}

class Inflater {
  readonly #out: Uint8Array;
  readonly #size: number;
  readonly #input: Uint8Array;
  readonly #end: number;
  #written = 0;
  /** The next bit: the index of the first byte of `#view`, and the bit's offset from there. */
  #base = 0;
  #bit = 0;
  #view: DataView;

  constructor(bytes: Uint8Array, size: number) {
    this.#input = new Uint8Array(bytes.length + PADDING);
    this.#input.set(bytes);
    this.#end = bytes.length;
    this.#view = new DataView(this.#input.buffer);
    this.#size = size;
    this.#out = new Uint8Array(size + MAX_MATCH);
  }

  run(): Inflated {
    let state: Inflated["state"] = "complete";
    for (let last = false; !last && state === "complete";) {
      this.#base += this.#bit >>> 3;
      this.#bit &= 7;
      this.#view = new DataView(this.#input.buffer, this.#base);
      last = this.#take(1) === 1;
      const type = this.#take(2);
      if (this.#exhausted) state = "truncated";
      else if (type === 0) state = this.#copyStored();
      else if (type === 3) state = "damaged";
      else if (type === 1 ? this.#useFixedCodes() : this.#readCodes()) state = this.#decodeBlock();
      else state = this.#exhausted ? "truncated" : "damaged";
    }
    const data = this.#out.subarray(0, this.#written);
    return { data, consumed: Math.min(this.#end, this.#base + ((this.#bit + 7) >>> 3)), state };
  }

  get #exhausted(): boolean {
    return this.#base * 8 + this.#bit > this.#end * 8;
  }

  /** Returns at least the next 25 bits; zeros after the end of the input. */
  #peek(): number {
    const at = Math.min(this.#bit >>> 3, this.#view.byteLength - 4);
    return this.#view.getUint32(at, true) >>> (this.#bit & 7);
  }

  #take(count: number): number {
    const value = this.#peek() & ((1 << count) - 1);
    this.#bit += count;
    return value;
  }

  #copyStored(): Inflated["state"] {
    const at = this.#base + ((this.#bit + 7) >>> 3), input = this.#input;
    if (at + 4 > this.#end) return "truncated";
    const length = input[at] | (input[at + 1] << 8);
    if ((length ^ 0xffff) !== (input[at + 2] | (input[at + 3] << 8))) return "damaged";
    const fits = Math.min(length, this.#size - this.#written, this.#end - at - 4);
    this.#out.set(input.subarray(at + 4, at + 4 + fits), this.#written);
    this.#written += fits;
    this.#base = at + 4 + fits;
    this.#bit = 0;
    return fits === length ? "complete" : this.#written >= this.#size ? "full" : "truncated";
  }

  #useFixedCodes(): boolean {
    return fillHuffmanTable(lengthTable, LENGTH_ROOT, FIXED_LENGTHS, LENGTHS) &&
      fillHuffmanTable(distanceTable, DISTANCE_ROOT, FIXED_DISTANCES, DISTANCES);
  }

  /** Reads the codes of a block, which are also Huffman-coded (RFC 1951, section 3.2.7). */
  #readCodes(): boolean {
    const literals = this.#take(5) + 257, distances = this.#take(5) + 1, codes = this.#take(4) + 4;
    if (literals > 286 || distances > 30) return false;
    const codeLengths = new Uint8Array(19);
    for (let i = 0; i < codes; i++) codeLengths[CODE_ORDER[i]] = this.#take(3);
    if (!fillHuffmanTable(codeTable, CODE_ROOT, codeLengths, CODES)) return false;
    const lengths = new Uint8Array(literals + distances);
    for (let i = 0; i < lengths.length;) {
      const entry = codeTable[this.#peek() & CODE_MASK], symbol = entry >> VALUE_SHIFT;
      if (entry === 0) return false;
      this.#bit += entry & CODE_BITS;
      if (this.#exhausted) return false;
      if (symbol < 16) {
        lengths[i++] = symbol;
        continue;
      }
      if (symbol === 16 && i === 0) return false;
      const length = symbol === 16 ? lengths[i - 1] : 0;
      const repeats = symbol === 16 ? 3 + this.#take(2) : symbol === 17 ? 3 + this.#take(3) : 11 + this.#take(7);
      if (i + repeats > lengths.length) return false;
      lengths.fill(length, i, i += repeats);
    }
    return lengths[256] > 0 &&
      fillHuffmanTable(lengthTable, LENGTH_ROOT, lengths.subarray(0, literals), LENGTHS) &&
      fillHuffmanTable(distanceTable, DISTANCE_ROOT, lengths.subarray(literals), DISTANCES);
  }

  #decodeBlock(): Inflated["state"] {
    const view = this.#view, out = this.#out, size = this.#size;
    // The position is limited to 2³² bits; no encoder makes a block of 512 MB.
    const end = Math.min((this.#end - this.#base) * 8, 2 ** 32 - 64);
    let bit = this.#bit, written = this.#written;
    let state: Inflated["state"] = "truncated";
    while (bit <= end) {
      let bits = view.getUint32(bit >>> 3, true) >>> (bit & 7);
      let entry = lengthTable[bits & LENGTH_MASK];
      if ((entry & KIND) === LINK) {
        const index = (bits >>> LENGTH_ROOT) & ((1 << ((entry >> EXTRA_SHIFT) & 15)) - 1);
        entry = lengthTable[(entry >> VALUE_SHIFT) + index];
      }
      const code = entry & CODE_BITS, kind = entry & KIND;
      bit += code;
      if (bit > end) break;
      if (kind === LITERAL) {
        if (code === 0 || written >= size) {
          state = code === 0 ? "damaged" : "full";
          break;
        }
        out[written++] = entry >> VALUE_SHIFT;
        continue;
      }
      if (kind === END || written >= size) {
        // The last match may exceed the requested size.
        state = kind === END && written <= size ? "complete" : "full";
        break;
      }
      bits >>>= code;
      let extra = (entry >> EXTRA_SHIFT) & 15;
      const length = (entry >> VALUE_SHIFT) + (bits & ((1 << extra) - 1));
      bit += extra;
      if (bit > end) break;
      bits = view.getUint32(bit >>> 3, true) >>> (bit & 7);
      entry = distanceTable[bits & DISTANCE_MASK];
      if ((entry & KIND) === LINK) {
        const index = (bits >>> DISTANCE_ROOT) & ((1 << ((entry >> EXTRA_SHIFT) & 15)) - 1);
        entry = distanceTable[(entry >> VALUE_SHIFT) + index];
      }
      bit += entry & CODE_BITS;
      if (bit > end) break;
      bits = view.getUint32(bit >>> 3, true) >>> (bit & 7);
      extra = (entry >> EXTRA_SHIFT) & 15;
      const distance = (entry >> VALUE_SHIFT) + (bits & ((1 << extra) - 1));
      bit += extra;
      if (bit > end) break;
      if ((entry & KIND) !== MATCH || distance > written) {
        state = "damaged";
        break;
      }
      let from = written - distance;
      const to = written + length;
      if (length < LONG_COPY || distance < length) {
        while (written < to) out[written++] = out[from++];
      } else {
        out.copyWithin(written, from, from + length);
        written = to;
      }
    }
    this.#bit = Math.min(bit, end);
    this.#written = Math.min(written, size);
    return state;
  }
}
