import { DatasetError } from "./dataset.ts";
import { readRegularFile } from "../io/regular_file.ts";

/** Detects a text's encoding by its byte-order mark, or by the zero bytes of its first characters. */
function detectEncoding(bytes: Uint8Array): string {
  const [first, second, third, fourth] = bytes;
  if (first === 0xff && second === 0xfe) return "utf-16le";
  if (first === 0xfe && second === 0xff) return "utf-16be";
  if (bytes.length >= 4 && second === 0 && fourth === 0) return "utf-16le";
  if (bytes.length >= 4 && first === 0 && third === 0) return "utf-16be";
  return "utf-8";
}

/**
 * Decodes UTF-8 and UTF-16, with or without a byte-order mark; other text is read as Windows-1252, Excel's old default.
 */
export function decodeText(bytes: Uint8Array): string {
  const encoding = detectEncoding(bytes);
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("windows-1252").decode(bytes);
  }
}

/**
 * Reads a text file in any common encoding.
 *
 * @throws {DatasetError} naming the file if it cannot be read.
 */
export async function readText(path: string): Promise<string> {
  try {
    return decodeText(await readRegularFile(path));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) throw new DatasetError(`There is no file ${path}: check the path`);
    throw new DatasetError(`${path} cannot be read: ${error instanceof Error ? error.message : error}`);
  }
}
