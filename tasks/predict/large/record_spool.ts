import { ScratchFile, type ScratchPiece } from "./scratch_file.ts";

/** Records of objects, such as outlines, that are made in any order and read in the order of labels. */
export class RecordSpool implements Disposable {
  readonly #file: ScratchFile;
  #pieces: (ScratchPiece | undefined)[] = [];

  constructor(path: string) {
    this.#file = new ScratchFile(path);
  }

  add(label: number, bytes: Uint8Array): void {
    this.#pieces[label] = this.#file.append(bytes);
  }

  /** Yields the records by ascending label, and is empty afterwards. */
  *takeAll(): Generator<[label: number, bytes: Uint8Array]> {
    const pieces = this.#pieces;
    for (let label = 1; label < pieces.length; label++) {
      const piece = pieces[label];
      if (piece) yield [label, this.#file.read(piece)];
    }
    this.#pieces = [];
    this.#file.clear();
  }

  [Symbol.dispose](): void {
    this.#file[Symbol.dispose]();
  }
}
