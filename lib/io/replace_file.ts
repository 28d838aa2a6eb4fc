import { basename, dirname, join } from "node:path";
import { partialName } from "./partial_files.ts";

/**
 * Replaces a file atomically: writes a temporary file in the same folder, flushes it to disk and renames it. A reader
 * sees the old content or the new, never a part, even after a crash.
 *
 * @param write writes the content to the open file
 */
export async function replaceFile(path: string, write: (file: Deno.FsFile) => Promise<void>): Promise<void> {
  const folder = dirname(path);
  await Deno.mkdir(folder, { recursive: true });
  const temporary = join(folder, partialName(basename(path)));
  try {
    const file = await Deno.open(temporary, { write: true, create: true, truncate: true });
    try {
      await write(file);
      await file.sync();
    } finally {
      file.close();
    }
    await Deno.rename(temporary, path);
  } catch (error) {
    await Deno.remove(temporary).catch(() => {});
    // A system error names no file if writing failed, otherwise the temporary file, which no longer exists.
    if (error instanceof Error && "code" in error) {
      error.message = `${error.message.replace(/(\(os error \d+\)).*/s, "$1")}: write '${path}'`;
    }
    throw error;
  }
  // The rename is only on disk once the folder is flushed.
  const handle = await Deno.open(folder, { read: true });
  try {
    await handle.sync();
  } catch {
    // Some file systems cannot flush folders.
  } finally {
    handle.close();
  }
}

/** Writes all of `bytes` to a file. */
export async function writeAll(file: Deno.FsFile, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await file.write(bytes.subarray(at));
}

/** Replaces a file by a text, like {@linkcode replaceFile}. */
export async function replaceText(path: string, text: string): Promise<void> {
  await replaceFile(path, (file) => writeAll(file, new TextEncoder().encode(text)));
}
