import { ScratchFile, type ScratchPiece } from "./scratch_file.ts";

/** Records of objects, such as outlines, that are made in any order and read in the order of labels. */
export class RecordSpool implements Disposable {
  readonly #file: ScratchFile;
  readonly #pieces: (ScratchPiece | undefined)[] = [];

  constructor(path: string) {
    this.#file = new ScratchFile(path);
  }

  add(label: number, bytes: Uint8Array): void {
    this.#pieces[label] = this.#file.append(bytes);
  }

  /** Yields the records by ascending label. */
  *inOrder(): Generator<[label: number, bytes: Uint8Array]> {
    for (let label = 1; label < this.#pieces.length; label++) {
      const piece = this.#pieces[label];
      if (piece) yield [label, this.#file.read(piece)];
    }
  }

  [Symbol.dispose](): void {
    this.#file[Symbol.dispose]();
  }
}
