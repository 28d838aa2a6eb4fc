import { join, resolve } from "node:path";
import { BlobReader, type FileEntry, ZipReader } from "@zip.js/zip.js";
import { writeAll } from "./replace_file.ts";
import { UserError } from "./user_error.ts";

/** Thrown for an archive that is damaged or would write outside its folder; the message says what to do. */
export class ArchiveError extends UserError {
  override readonly name = "ArchiveError";
}

/** Options of {@linkcode unzip}. */
export interface UnzipOptions {
  /** Maximum number of entries in the archive. Default 100,000. */
  maxEntries?: number;
  /** Maximum unpacked size, in bytes. Default 4 · 2³⁰. */
  maxBytes?: number;
  /** Called with the fraction of files unpacked, 0 to 1. */
  onProgress?: (done: number) => void;
  /** Aborts the unpacking, which throws the signal's reason. */
  signal?: AbortSignal;
}

/** Returns whether a name stays inside the folder: no absolute path, no `..`, no drive, no backslash. */
function isInside(name: string): boolean {
  return name !== "" && !/^[/\\]|^[a-z]:|\\|\0/i.test(name) && !name.split("/").includes("..");
}

/**
 * Unpacks a zip archive into a folder that does not exist yet: all of it or nothing. Every file's CRC-32 is checked.
 *
 * @throws {ArchiveError} if the archive is damaged, contains links or names outside the folder, or is larger than
 * allowed. No unpacked file is left behind.
 */
export async function unzip(path: string, folder: string, options: UnzipOptions = {}): Promise<void> {
  const { maxEntries = 100_000, maxBytes = 4 * 2 ** 30, onProgress, signal } = options;
  const partial = `${folder}.partial`;
  await Deno.remove(partial, { recursive: true }).catch(() => {});
  const refuse = (why: string) => new ArchiveError(`${path} ${why}: download it again, and do not unpack it by hand`);
  const archive = await Deno.readFile(path);
  const reader = new ZipReader(new BlobReader(new Blob([archive])), { useWebWorkers: false, checkSignature: true });
  try {
    const files: FileEntry[] = [];
    let bytes = 0, entries = 0;
    const names = new Set<string>();
    for await (const entry of reader.getEntriesGenerator()) {
      if (++entries > maxEntries) throw refuse(`has more than ${maxEntries.toLocaleString("en")} entries`);
      const { filename, uncompressedSize } = entry;
      if (!isInside(filename)) throw refuse(`names "${filename}", which is outside its folder`);
      if (entry.symlink || ((entry.externalFileAttributes >>> 28) === 0xa)) {
        throw refuse(`contains a link ("${filename}")`);
      }
      if (entry.encrypted) throw refuse(`contains an encrypted file ("${filename}")`);
      const lower = filename.toLowerCase().replace(/\/$/, "");
      if (names.has(lower)) throw refuse(`contains "${filename}" twice`);
      names.add(lower);
      bytes += uncompressedSize;
      if (bytes > maxBytes) throw refuse(`unpacks to more than ${maxBytes.toLocaleString("en")} bytes`);
      if (!entry.directory) files.push(entry);
    }
    const root = resolve(partial);
    await Deno.mkdir(root, { recursive: true });
    const made = new Set<string>([root]);
    for (const [i, entry] of files.entries()) {
      signal?.throwIfAborted();
      const target = join(root, entry.filename);
      const parent = join(target, "..");
      if (!made.has(parent)) {
        await Deno.mkdir(parent, { recursive: true });
        made.add(parent);
      }
      using file = await Deno.open(target, { write: true, createNew: true });
      let written = 0;
      await entry.getData(
        new WritableStream<Uint8Array>({
          async write(chunk) {
            // The size in the archive's directory may be wrong.
            written += chunk.length;
            if (written > entry.uncompressedSize) {
              throw refuse(`contains a larger "${entry.filename}" than its directory says`);
            }
            await writeAll(file, chunk);
          },
        }),
      );
      onProgress?.((i + 1) / files.length);
    }
    await Deno.rename(partial, folder);
  } catch (error) {
    await Deno.remove(partial, { recursive: true }).catch(() => {});
    signal?.throwIfAborted();
    // An error of the file system (a full disk, no permission) is not the archive's fault.
    if (error instanceof ArchiveError || (error instanceof Error && "code" in error)) throw error;
    throw refuse(`cannot be unpacked (${error instanceof Error ? error.message : error})`);
  } finally {
    await reader.close();
  }
}
