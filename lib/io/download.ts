import { createHash } from "node:crypto";
import { basename, dirname, join } from "node:path";
import { checkRegularFile } from "./regular_file.ts";
import { writeAll } from "./replace_file.ts";
import { UserError } from "./user_error.ts";

/** Thrown when a file cannot be fetched or is not the expected one; the message says what to do. */
export class DownloadError extends UserError {
  override readonly name = "DownloadError";
}

/** Options of {@linkcode download}. */
export interface DownloadOptions {
  /** The file's size. A larger download is refused at once. */
  bytes?: number;
  /** Leading hexadecimal digits of the file's SHA-256, usually all 64. */
  sha256?: string;
  /** Whether a broken download is kept and resumed the next time. Default `false`. */
  resume?: boolean;
  /** Called with the bytes received so far and, where known, the total size. */
  onProgress?: (received: number, total: number | undefined) => void;
  /** Aborts the download, which throws the signal's reason. */
  signal?: AbortSignal;
  /** Seconds without a byte after which the download fails. Default 60. */
  stallSeconds?: number;
}

/** Computes the SHA-256 of a file, in hexadecimal. */
export async function hashFile(path: string): Promise<string> {
  const hash = createHash("sha256");
  await checkRegularFile(path);
  using file = await Deno.open(path);
  const buffer = new Uint8Array(1 << 20);
  for (let count = await file.read(buffer); count !== null; count = await file.read(buffer)) {
    hash.update(buffer.subarray(0, count));
  }
  return hash.digest("hex");
}

async function fileSize(path: string): Promise<number> {
  try {
    return (await Deno.stat(path)).size;
  } catch {
    return 0;
  }
}

/**
 * Downloads a file. It appears under its name only once it is complete and has the expected size and hash; a file that
 * does not is removed.
 *
 * @throws {DownloadError} naming the address and what went wrong.
 */
export async function download(url: string, path: string, options: DownloadOptions = {}): Promise<void> {
  const { bytes, sha256, resume = false, onProgress, signal, stallSeconds = 60 } = options;
  const partial = join(dirname(path), `.${basename(path)}.partial`);
  await Deno.mkdir(dirname(path), { recursive: true });
  if (!resume) await Deno.remove(partial).catch(() => {});
  try {
    await receive(url, partial, { bytes, onProgress, signal, stallSeconds });
  } catch (error) {
    if (!resume || error instanceof RefusedError) await Deno.remove(partial).catch(() => {});
    signal?.throwIfAborted();
    const reason = error instanceof Error ? error.message : String(error);
    const advice = resume && !(error instanceof RefusedError) ? ": run the command again to resume" : "";
    throw new DownloadError(`${url} could not be fetched (${reason})${advice}`);
  }
  const size = await fileSize(partial);
  const hash = sha256 === undefined ? "" : await hashFile(partial);
  if ((bytes !== undefined && size !== bytes) || (sha256 !== undefined && !hash.startsWith(sha256))) {
    await Deno.remove(partial);
    const found = size !== bytes && bytes !== undefined ? `${size} bytes instead of ${bytes}` : `SHA-256 ${hash}`;
    throw new DownloadError(
      `${url} did not return the expected file (${found}): it was removed. Try again, or use another network`,
    );
  }
  await Deno.rename(partial, path);
}

class RefusedError extends Error {}

async function receive(
  url: string,
  partial: string,
  { bytes, onProgress, signal, stallSeconds }: Pick<DownloadOptions, "bytes" | "onProgress" | "signal"> & {
    stallSeconds: number;
  },
): Promise<void> {
  let received = await fileSize(partial);
  if (bytes !== undefined && received === bytes) return;
  if (bytes !== undefined && received > bytes) received = 0;
  const controller = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const wait = () => {
    clearTimeout(timer);
    timer = setTimeout(
      () => controller.abort(new Error(`no data for ${stallSeconds} seconds`)),
      stallSeconds * 1000,
    );
  };
  wait();
  try {
    const headers: HeadersInit = received > 0 ? { Range: `bytes=${received}-` } : {};
    const ended = AbortSignal.any([controller.signal, ...(signal ? [signal] : [])]);
    const response = await fetch(url, { headers, signal: ended });
    if (response.status === 416) {
      await response.body?.cancel();
      throw new RefusedError("the partial file does not match the server's: it was removed, try again");
    }
    if (!response.ok || !response.body) {
      await response.body?.cancel();
      throw new RefusedError(`the server answered ${response.status}`);
    }
    // A server without range requests sends the whole file again.
    if (response.status !== 206) received = 0;
    const length = Number(response.headers.get("content-length"));
    const total = bytes ?? (length > 0 ? received + length : undefined);
    using file = await Deno.open(partial, { write: true, create: true, truncate: received === 0 });
    await file.seek(0, Deno.SeekMode.End);
    for await (const chunk of response.body) {
      wait();
      received += chunk.length;
      if (bytes !== undefined && received > bytes) throw new RefusedError(`the file is larger than ${bytes} bytes`);
      await writeAll(file, chunk);
      onProgress?.(received, total);
    }
    await file.sync();
    if (total !== undefined && received < total) {
      throw new Error(`the connection broke at ${received} of ${total} bytes`);
    }
  } finally {
    clearTimeout(timer);
  }
}
