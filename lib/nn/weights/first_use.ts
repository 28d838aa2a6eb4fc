import { hashFile } from "../../io/download.ts";
import { replaceText } from "../../io/replace_file.ts";

/** Returns the path of the record of a file's digest. */
export function recordPath(path: string): string {
  return `${path}.sha256`;
}

/**
 * Returns the known digits of the SHA-256 that a file must have: all 64 if they are given, or if they were recorded
 * when the file was first used.
 *
 * @param sha256 the first digits, or all
 */
export async function expectedDigest(path: string, sha256: string): Promise<string> {
  if (sha256.length === 64) return sha256;
  const recorded = (await Deno.readTextFile(recordPath(path)).catch(() => "")).trim();
  return /^[0-9a-f]{64}$/.test(recorded) && recorded.startsWith(sha256) ? recorded : sha256;
}

/** Records the SHA-256 of a file at its first use, unless the whole digest was known. */
export async function recordDigest(path: string, expected: string): Promise<void> {
  if (expected.length < 64) await replaceText(recordPath(path), `${await hashFile(path)}\n`);
}
