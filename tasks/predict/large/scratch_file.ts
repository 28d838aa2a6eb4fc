import { dirname } from "node:path";

/** A piece of a scratch file. */
export interface ScratchPiece {
  at: number;
  length: number;
}

/**
 * A file of pieces that are read again and then thrown away. It is opened with the first piece. Dispose of it after use.
 */
export class ScratchFile implements Disposable {
  readonly #path: string;
  #file?: Deno.FsFile;
  #end = 0;

  /** @param path of the file, which is removed at the end; a partial name, so that a killed process leaves nothing */
  constructor(path: string) {
    this.#path = path;
  }

  #open(): Deno.FsFile {
    if (this.#file) return this.#file;
    Deno.mkdirSync(dirname(this.#path), { recursive: true });
    return this.#file = Deno.openSync(this.#path, { read: true, write: true, create: true, truncate: true });
  }

  append(bytes: Uint8Array): ScratchPiece {
    const at = this.#end, file = this.#open();
    file.seekSync(at, Deno.SeekMode.Start);
    for (let done = 0; done < bytes.length;) done += file.writeSync(bytes.subarray(done));
    this.#end += bytes.length;
    return { at, length: bytes.length };
  }

  read({ at, length }: ScratchPiece): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(length), file = this.#open();
    file.seekSync(at, Deno.SeekMode.Start);
    for (let done = 0; done < length;) {
      const count = file.readSync(bytes.subarray(done));
      if (count === null) throw new Error(`${this.#path} was cut off`);
      done += count;
    }
    return bytes;
  }

  /** Forgets all pieces, and frees their place on the disk. */
  clear(): void {
    this.#file?.truncateSync();
    this.#end = 0;
  }

  [Symbol.dispose](): void {
    if (!this.#file) return;
    this.#file.close();
    try {
      Deno.removeSync(this.#path);
    } catch {
      // Something else removed it.
    }
  }
}
