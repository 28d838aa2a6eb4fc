import { ZipWriter } from "@zip.js/zip.js";
import { replaceFile, writeAll } from "../replace_file.ts";

/** A file to put into an archive. */
export interface ZipContent {
  name: string;
  /** Number of bytes. */
  size: number;
  /** Copies the bytes into a stream, and closes the stream. */
  copy(to: WritableStream<Uint8Array>): Promise<unknown>;
}

/** The first day of the format, so that the same content gives the same bytes. */
const DATE = new Date(1980, 0, 1);

/**
 * Writes a zip archive without compression, as {@linkcode replaceFile} does, one piece of one file at a time. Where sizes
 * or offsets need more than 32 bits, it has the fields of Zip64.
 *
 * @param beforeReplace rejects if the archive may no longer be written; called when its content is complete
 */
export async function writeZip(
  path: string,
  contents: readonly ZipContent[],
  beforeReplace?: () => Promise<void>,
): Promise<void> {
  await replaceFile(path, async (file) => {
    const sink = new WritableStream<Uint8Array>({ write: (bytes) => writeAll(file, bytes) });
    const writer = new ZipWriter(sink, {
      level: 0,
      useWebWorkers: false,
      extendedTimestamp: false,
      lastModDate: DATE,
    });
    for (const { name, size, copy } of contents) {
      const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
      await Promise.all([copy(writable), writer.add(name, { readable, size })]);
    }
    await writer.close();
    await beforeReplace?.();
  });
}
