import { HORIZONTAL, MODE_BITS, MODE_TABLE, PASS, RUN_BITS, RUNS, UNCOMPRESSED, VERTICAL } from "./ccitt_codes.ts";

/** How the rows of a fax are coded. */
export interface CcittOptions {
  width: number;
  height: number;
  /**
   * `"runs"`: TIFF's modified Huffman coding, each row from a whole byte on (`"runs16"`: from an even one);
   * `"group3"`: ITU-T T.4, one-dimensional; `"group3-2d"`: two-dimensional; `"group4"`: ITU-T T.6.
   */
  coding: "runs" | "runs16" | "group3" | "group3-2d" | "group4";
}

/** Zeros that only the end of a line (EOL) begins with. */
const EOL_ZEROS = 11;

const NO_CODE = "hold a code that does not exist";
const TOO_LONG = "hold more pixels than it is wide";
const OUT_OF_ROW = "move a change of colour out of its row";
const NO_FIRST_END = "have ends of lines, but none before their first row";
const UNCODED = "hold pixels without a code (T.6's uncompressed mode), which are not read";

/**
 * Decodes a bilevel picture of a fax, by ITU-T T.4 and T.6 and TIFF 6.0, sections 10 and 11.
 *
 * @param bytes each byte's highest bit first
 * @returns one bit for each pixel, the highest first, 1 for black, each row from a whole byte on; only whole rows, and
 * fewer than `height` where the data end without the fax's end
 * @throws {Error} where the data hold a code that does not exist, or pixels that are not coded
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
      // Two ends of lines in a row, or one in Group 4, end the fax: what it does not reach stays white.
      if (ends.count > (flat ? 1 : 0)) return out;
      // Readers disagree whether what comes before the first end of a line is a row.
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

/** Reads rows as the places where their colour changes. */
class RowReader {
  /** Where the colour changes, first to black; then the width, thrice. */
  changes: Int32Array;
  /** Likewise in the row before; the first row follows a white one. */
  #reference: Int32Array;
  #count = 0;
  #bit = 0;
  readonly #bits: number;

  constructor(readonly bytes: Uint8Array, readonly width: number) {
    this.changes = new Int32Array(width + 4).fill(width, 0, 3);
    this.#reference = new Int32Array(width + 4);
    this.#bits = bytes.length * 8;
  }

  /** Whether the data end here, or within the code that comes next. */
  get ending(): boolean {
    return this.#bit + RUN_BITS > this.#bits;
  }

  get exhausted(): boolean {
    return this.#bit > this.#bits;
  }

  align(bits: 8 | 16): void {
    this.#bit = Math.ceil(this.#bit / bits) * bits;
  }

  /** The next bits, at most 16; zeros where the data end. */
  #peek(count: number): number {
    const at = this.#bit >>> 3, { bytes } = this;
    const next = ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
    return (next >> (24 - (this.#bit & 7) - count)) & ((1 << count) - 1);
  }

  /**
   * Passes the ends of lines that lie here, and the zeros before them; infinitely many where the data end.
   *
   * @param tagged whether a bit after each says how the next row is coded
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

  /** Whether an end of a line lies here. */
  #endsLine(): boolean {
    return !this.ending && this.#peek(EOL_ZEROS) === 0;
  }

  /** A run's length, or −1 where there is no such code. */
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

  /** Adds a change; two at one place are none. */
  #change(at: number): void {
    if (this.#count > 0 && this.changes[this.#count - 1] === at) this.#count--;
    else this.changes[this.#count++] = at;
  }

  #endRow(): void {
    this.changes.fill(this.width, this.#count, this.#count + 3);
  }

  /** Reads a row that is coded by itself. Returns the problem if there is one. */
  readFlat(): string | undefined {
    this.#startRow();
    for (let at = 0, colour = 0; at < this.width; colour ^= 1) {
      const run = this.#run(colour);
      if (run < 0) {
        if (!this.#endsLine()) return NO_CODE;
        // What a line that ends early does not reach is white.
        if (colour === 1) this.#change(at);
        break;
      }
      at += run;
      if (at > this.width) return TOO_LONG;
      this.#change(at);
    }
    this.#endRow();
  }

  /** Reads a row that is coded by its differences from the row before. Returns the problem if there is one. */
  readByReference(): string | undefined {
    this.#startRow();
    const reference = this.#reference, { width } = this;
    // The first change lies after an imagined white pixel.
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
