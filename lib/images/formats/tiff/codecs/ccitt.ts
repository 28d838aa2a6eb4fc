import { HORIZONTAL, MODE_BITS, MODE_TABLE, PASS, RUN_BITS, RUNS, UNCOMPRESSED, VERTICAL } from "./ccitt_codes.ts";

/** Size and coding of a fax. */
export interface CcittOptions {
  width: number;
  height: number;
  /**
   * `"runs"`: TIFF's modified Huffman coding, each row aligned to a byte (`"runs16"`: to two bytes);
   * `"group3"`: ITU-T T.4, one-dimensional; `"group3-2d"`: two-dimensional; `"group4"`: ITU-T T.6.
   */
  coding: "runs" | "runs16" | "group3" | "group3-2d" | "group4";
}

/** Number of leading zeros of an end of line (EOL); no other code begins with as many. */
const EOL_ZEROS = 11;

const NO_CODE = "contain an undefined code";
const TOO_LONG = "contain more pixels than the width";
const OUT_OF_ROW = "move a change of colour out of its row";
const NO_FIRST_END = "have ends of lines, but none before the first row";
const UNCODED = "contain pixels in T.6's uncompressed mode, which is not supported";

/**
 * Decodes a bilevel fax (ITU-T T.4 and T.6; TIFF 6.0, sections 10 and 11).
 *
 * @param bytes each byte's highest bit first
 * @returns one bit per pixel, the highest first, 1 for black, each row aligned to a byte; only whole rows, and fewer
 * than `height` if the data end before the end of the fax
 * @throws {Error} if the data contain an undefined code, or pixels in the uncompressed mode
 */
export function decodeCcitt(bytes: Uint8Array, { width, height, coding }: CcittOptions): Uint8Array {
  const rowBytes = Math.ceil(width / 8), out = new Uint8Array(rowBytes * height);
  const reader = new RowReader(bytes, width);
  let endsFirst = true;
  for (let row = 0; row < height; row++) {
    let flat = coding !== "group4";
    if (coding === "runs") reader.align(8);
    else if (coding === "runs16") reader.align(16);
    else {
      const tagged = coding === "group3-2d", ends = reader.skipEnds(tagged);
      if (ends.count === Infinity) return out.subarray(0, row * rowBytes);
      // Two consecutive ends of lines, or one in Group 4, end the fax; the remaining rows stay white.
      if (ends.count > (flat ? 1 : 0)) return out;
      // Readers disagree whether the data before the first end of line are a row.
      if (row === 0) endsFirst = ends.count > 0;
      else if (ends.count > 0 && !endsFirst) {
        throw new Error(`its fax data ${NO_FIRST_END}, in row ${row} of ${height}`);
      }
      if (tagged && ends.count > 0) flat = ends.flat;
    }
    const problem = flat ? reader.readFlat() : reader.readByReference();
    if (reader.exhausted || (problem && reader.ending)) return out.subarray(0, row * rowBytes);
    if (problem) throw new Error(`its fax data ${problem}, in row ${row + 1} of ${height}`);
    paint(out, row * rowBytes * 8, reader.changes, width);
  }
  return out;
}

/** Sets the bits of a row's black runs. */
function paint(out: Uint8Array, first: number, changes: Int32Array, width: number): void {
  for (let i = 0; changes[i] < width; i += 2) {
    const from = first + changes[i], to = first + Math.min(changes[i + 1], width);
    if (from >= to) continue;
    const head = from >> 3, tail = to >> 3, headMask = 0xff >> (from & 7), tailMask = 0xff & ~(0xff >> (to & 7));
    if (head === tail) {
      out[head] |= headMask & tailMask;
      continue;
    }
    out[head] |= headMask;
    out.fill(0xff, head + 1, tail);
    if (tailMask) out[tail] |= tailMask;
  }
}

/** Reads rows as the positions of their colour changes. */
class RowReader {
  /** Positions of the colour changes, the first to black, followed by the width three times. */
  changes: Int32Array;
  /** Colour changes of the previous row; the row before the first one is white. */
  #reference: Int32Array;
  #count = 0;
  #bit = 0;
  readonly #bits: number;

  constructor(readonly bytes: Uint8Array, readonly width: number) {
    this.changes = new Int32Array(width + 4).fill(width, 0, 3);
    this.#reference = new Int32Array(width + 4);
    this.#bits = bytes.length * 8;
  }

  /** Whether the data end here, or within the next code. */
  get ending(): boolean {
    return this.#bit + RUN_BITS > this.#bits;
  }

  get exhausted(): boolean {
    return this.#bit > this.#bits;
  }

  align(bits: 8 | 16): void {
    this.#bit = Math.ceil(this.#bit / bits) * bits;
  }

  /** Returns the next bits, at most 16; zeros after the end of the data. */
  #peek(count: number): number {
    const at = this.#bit >>> 3, { bytes } = this;
    const next = ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
    return (next >> (24 - (this.#bit & 7) - count)) & ((1 << count) - 1);
  }

  /**
   * Skips the ends of lines at the current position, and the zeros before them.
   *
   * @param tagged whether a bit after each states the coding of the next row
   * @returns their number, infinite at the end of the data; and whether the next row is coded by itself
   */
  skipEnds(tagged: boolean): { count: number; flat: boolean } {
    let count = 0, flat = true;
    while (this.#peek(EOL_ZEROS) === 0) {
      while (this.#bit < this.#bits && this.#peek(1) === 0) this.#bit++;
      if (this.#bit >= this.#bits) return { count: count || Infinity, flat };
      this.#bit++;
      count++;
      if (tagged) {
        flat = this.#peek(1) === 1;
        this.#bit++;
      }
    }
    return { count, flat };
  }

  /** Returns whether an end of line follows. */
  #endsLine(): boolean {
    return !this.ending && this.#peek(EOL_ZEROS) === 0;
  }

  /** Reads a run's length; −1 for an undefined code. */
  #run(colour: number): number {
    for (let run = 0;;) {
      const entry = RUNS[colour][this.#peek(RUN_BITS)], length = entry >> 4;
      if (entry === 0) return run > 0 && this.#endsLine() ? run : -1;
      this.#bit += entry & 15;
      run += length;
      if (length < 64 || run > this.width) return run;
    }
  }

  #startRow(): void {
    [this.#reference, this.changes] = [this.changes, this.#reference];
    this.#count = 0;
  }

  /** Adds a colour change; two changes at the same position cancel out. */
  #change(at: number): void {
    if (this.#count > 0 && this.changes[this.#count - 1] === at) this.#count--;
    else this.changes[this.#count++] = at;
  }

  #endRow(): void {
    this.changes.fill(this.width, this.#count, this.#count + 3);
  }

  /** Reads a row that is coded by itself. Returns a description of the problem, if any. */
  readFlat(): string | undefined {
    this.#startRow();
    for (let at = 0, colour = 0; at < this.width; colour ^= 1) {
      const run = this.#run(colour);
      if (run < 0) {
        if (!this.#endsLine()) return NO_CODE;
        // The rest of a line that ends early is white.
        if (colour === 1) this.#change(at);
        break;
      }
      at += run;
      if (at > this.width) return TOO_LONG;
      this.#change(at);
    }
    this.#endRow();
  }

  /** Reads a row that is coded relative to the previous row. Returns a description of the problem, if any. */
  readByReference(): string | undefined {
    this.#startRow();
    const reference = this.#reference, { width } = this;
    // The row starts after an imaginary white pixel.
    for (let at = -1, colour = 0, next = 0; at < width;) {
      const entry = MODE_TABLE[this.#peek(MODE_BITS)], mode = entry >> 4;
      if (entry === 0) return NO_CODE;
      this.#bit += entry & 15;
      // The reference row's next change from this colour to the other.
      next = Math.max(next - 1, 0);
      if ((next & 1) !== colour) next++;
      while (reference[next] <= at && reference[next] < width) next += 2;
      if (mode === UNCOMPRESSED) return UNCODED;
      if (mode === PASS) {
        at = reference[next + 1];
      } else if (mode === HORIZONTAL) {
        at = Math.max(at, 0);
        for (const runColour of [colour, colour ^ 1]) {
          const run = this.#run(runColour);
          if (run < 0) return NO_CODE;
          at += run;
          if (at > width) return TOO_LONG;
          this.#change(at);
        }
      } else {
        const to = reference[next] + mode - VERTICAL;
        if (to < Math.max(at, 0) || to > width) return OUT_OF_ROW;
        this.#change(at = to);
        colour ^= 1;
      }
    }
    this.#endRow();
  }
}
