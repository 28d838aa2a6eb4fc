import { deflateSync, inflateSync } from "node:zlib";
import type { Rectangle } from "lib/images";
import type { Rows } from "lib/objects";
import type { ScratchFile, ScratchPiece } from "./scratch_file.ts";

/** Pixels of the rows that are packed together, about. */
const PACKED = 1 << 21;

/** The label image of a page of a large image on disk. */
export class LabelStore {
  readonly #width: number;
  readonly #file: ScratchFile;
  readonly #pieces: (ScratchPiece & { top: number; height: number })[] = [];
  /** Object of each number that was stored. */
  #numbers?: Uint32Array;

  /** @param file shared by all pages: a process may open about a thousand files */
  constructor(width: number, file: ScratchFile) {
    this.#width = width;
    this.#file = file;
  }

  /** Appends rows of provisional numbers. */
  append({ top, height, data }: Rows<Uint32Array>): void {
    const step = Math.max(1, Math.floor(PACKED / this.#width));
    for (let y = 0; y < height; y += step) {
      const rows = Math.min(step, height - y), part = data.subarray(y * this.#width, (y + rows) * this.#width);
      const packed = deflateSync(new Uint8Array(part.buffer, part.byteOffset, part.byteLength), { level: 1 });
      this.#pieces.push({ ...this.#file.append(new Uint8Array(packed)), top: top + y, height: rows });
    }
  }

  /** Says which object each provisional number is. */
  renumber(numbers: Uint32Array): void {
    this.#numbers = numbers;
  }

  #read(piece: ScratchPiece): Uint32Array {
    const bytes = new Uint8Array(inflateSync(this.#file.read(piece))), numbers = this.#numbers!;
    const data = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
    for (let i = 0; i < data.length; i++) data[i] = numbers[data[i]];
    return data;
  }

  /** Yields all rows, from top to bottom. */
  *rows(): Generator<Rows<Uint32Array>> {
    for (const piece of this.#pieces) yield { top: piece.top, height: piece.height, data: this.#read(piece) };
  }

  /** Reads a part of the label image. */
  read({ x, y, width, height }: Rectangle): Uint32Array {
    const out = new Uint32Array(width * height);
    for (const piece of this.#pieces) {
      const first = Math.max(y, piece.top), last = Math.min(y + height, piece.top + piece.height);
      if (first >= last) continue;
      const data = this.#read(piece);
      for (let row = first; row < last; row++) {
        const from = (row - piece.top) * this.#width + x;
        out.set(data.subarray(from, from + width), (row - y) * width);
      }
    }
    return out;
  }
}
