import { join } from "node:path";
import { createHash } from "node:crypto";
import { projectFolder } from "../tensorflow/ffi/library.ts";

/**
 * The file with the SHA-256 of every record that comes with the project, in the format of `sha256sum`, as these records
 * were written before records had digests. `deno run -A tasks/committed_sums.ts` writes it.
 */
export const COMMITTED_SUMS = join(projectFolder(), "results/committed/SHA256SUMS");

/** Parses paths and checksums in the format of `sha256sum`. */
export function parseSums(text: string): Map<string, string> {
  const lines = text.split("\n").map((line) => line.match(/^([0-9a-f]{64}) [ *](.+)$/));
  return new Map(lines.flatMap((match) => match ? [[match[2], match[1]]] : []));
}

let sums: Promise<ReadonlySet<string>> | undefined;

/** Returns whether a file's content comes with the project, regardless of its path. */
export async function isCommitted(content: Uint8Array): Promise<boolean> {
  sums ??= Deno.readTextFile(COMMITTED_SUMS).then((text) => new Set(parseSums(text).values()), () => new Set());
  return (await sums).has(createHash("sha256").update(content).digest("hex"));
}
