import { basename, dirname, join } from "node:path";
import { partialName } from "lib/io/partial_files.ts";
import type { ByteSink } from "lib/objects";
import { digestFile } from "../result_mark.ts";

/** Bytes that are collected before they are written. */
const BUFFER = 1 << 20;

/** A file that is written piece by piece, and appears under its name when all files of its image are complete. */
export class StagedFile implements ByteSink {
  readonly path: string;
  readonly #temporary: string;
  readonly #file: Deno.FsFile;
  #buffer = new Uint8Array(BUFFER);
  #filled = 0;
  #isOpen = true;
  #digest?: string;

  /** @param path its path when it is complete */
  constructor(path: string) {
    this.path = path;
    Deno.mkdirSync(dirname(path), { recursive: true });
    this.#temporary = join(dirname(path), partialName(basename(path)));
    this.#file = Deno.openSync(this.#temporary, { write: true, create: true, truncate: true });
  }

  write(bytes: Uint8Array): void {
    if (this.#filled + bytes.length > BUFFER) this.#flush();
    if (bytes.length > BUFFER) return this.#writeAll(bytes);
    this.#buffer.set(bytes, this.#filled);
    this.#filled += bytes.length;
  }

  /** Writes over the first bytes. */
  writeStart(bytes: Uint8Array): void {
    this.#flush();
    this.#file.seekSync(0, Deno.SeekMode.Start);
    this.#writeAll(bytes);
    this.#file.seekSync(0, Deno.SeekMode.End);
  }

  #flush(): void {
    this.#writeAll(this.#buffer.subarray(0, this.#filled));
    this.#filled = 0;
  }

  #writeAll(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length;) at += this.#file.writeSync(bytes.subarray(at));
  }

  /** Ends the file, unless it has ended, and returns the digest of its content. */
  async close(): Promise<string> {
    if (this.#digest) return this.#digest;
    this.#flush();
    await this.#file.sync();
    this.#file.close();
    this.#isOpen = false;
    this.#buffer = new Uint8Array(0);
    return this.#digest = await digestFile(this.#temporary);
  }

  /** Gives the file its name. */
  async commit(): Promise<void> {
    await Deno.rename(this.#temporary, this.path);
  }

  /** Removes the file, unless it has its name. */
  async discard(): Promise<void> {
    if (this.#isOpen) this.#file.close();
    this.#isOpen = false;
    await Deno.remove(this.#temporary).catch(() => {});
  }
}
