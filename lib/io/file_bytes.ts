import type { ByteSource } from "./byte_source.ts";

/** Reads of at most half of this are served from pieces of this size, in bytes. */
const PIECE = 1 << 16;
/** Number of pieces that stay in memory. */
const PIECES = 64;

/** The bytes of an open file. Small reads are served from pieces that stay in memory. Dispose of it after use. */
export class FileBytes implements ByteSource, Disposable {
  readonly length: number;
  readonly #file: Deno.FsFile;
  /** Pieces by their number, those used longest ago first. */
  readonly #pieces = new Map<number, Uint8Array>();

  /** @throws {Error} if the file cannot be opened. */
  constructor(path: string) {
    this.#file = Deno.openSync(path);
    this.length = this.#file.statSync().size;
  }

  subarray(begin: number, end: number): Uint8Array {
    const last = Math.min(end, this.length);
    if (begin >= last) return new Uint8Array(0);
    const number = Math.floor(begin / PIECE);
    if (last - begin > PIECE / 2 || Math.floor((last - 1) / PIECE) !== number) return this.#read(begin, last);
    const piece = this.#pieces.get(number) ?? this.#read(number * PIECE, Math.min(this.length, (number + 1) * PIECE));
    this.#pieces.delete(number);
    this.#pieces.set(number, piece);
    if (this.#pieces.size > PIECES) this.#pieces.delete(this.#pieces.keys().next().value!);
    return piece.subarray(begin - number * PIECE, last - number * PIECE);
  }

  /** Reads fewer bytes if the file was cut meanwhile. */
  #read(begin: number, end: number): Uint8Array {
    const bytes = new Uint8Array(end - begin);
    this.#file.seekSync(begin, Deno.SeekMode.Start);
    for (let at = 0; at < bytes.length;) {
      const count = this.#file.readSync(bytes.subarray(at));
      if (count === null) return bytes.subarray(0, at);
      at += count;
    }
    return bytes;
  }

  [Symbol.dispose](): void {
    this.#pieces.clear();
    this.#file.close();
  }
}
