import { type FileEntry, Reader, ZipReader } from "@zip.js/zip.js";

/** Reads parts of an open file. */
class FileParts extends Reader<Deno.FsFile> {
  readonly #file: Deno.FsFile;

  constructor(file: Deno.FsFile) {
    super(file);
    this.#file = file;
  }

  override async init(): Promise<void> {
    await super.init?.();
    this.size = (await this.#file.stat()).size;
  }

  /** Returns fewer bytes at the end of the file. */
  override async readUint8Array(offset: number, length: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(Math.max(0, Math.min(length, this.size - offset)));
    await this.#file.seek(offset, Deno.SeekMode.Start);
    for (let at = 0; at < bytes.length;) {
      const count = await this.#file.read(bytes.subarray(at));
      if (count === null) return bytes.subarray(0, at);
      at += count;
    }
    return bytes;
  }
}

/** Opens the archive and finds an entry, for as long as `use` takes. */
async function withEntry<T>(path: string, name: string, use: (entry: FileEntry) => Promise<T>): Promise<T> {
  using file = await Deno.open(path);
  const reader = new ZipReader(new FileParts(file), { useWebWorkers: false, checkSignature: true });
  const entry = (await reader.getEntries()).find(({ filename }) => filename === name);
  if (!entry || entry.directory) throw new Error("the archive does not contain it");
  return await use(entry);
}

/**
 * Returns the size of an entry of a zip archive, in bytes.
 *
 * @throws {Error} if the archive cannot be read or lacks the entry; the message does not name them.
 */
export async function zipEntrySize(path: string, name: string): Promise<number> {
  return await withEntry(path, name, ({ uncompressedSize }) => Promise.resolve(uncompressedSize));
}

/**
 * Copies an entry of a zip archive into a stream, and closes the stream. Of the file only the directory and the bytes of
 * this entry are read, and its CRC-32 is checked.
 *
 * @throws {Error} if the archive or the entry cannot be read, or if its CRC-32 differs; the message does not name them.
 */
export async function copyZipEntry(path: string, name: string, to: WritableStream<Uint8Array>): Promise<void> {
  await withEntry(path, name, async (entry) => {
    await entry.getData(to);
  });
}
