import { hashFile } from "lib/io/download.ts";

/** The keyword of the text in each result. */
export const MARK = "bioimage-segmentation prediction";

/** The origin of a result. */
export interface ResultMark {
  /** Digest of the image and of all settings: the same key means the same result. */
  key: string;
  /** The image; absent from results of earlier versions. */
  source?: ImageSource;
}

/** An image, identified by its content and its path, as SHA-256 in hexadecimal. */
export interface ImageSource {
  /** Digest of the image's file. */
  content: string;
  /** Digest of the file's full path. */
  place: string;
}

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/** Formats a mark as the text of a PNG with the keyword {@linkcode MARK}. */
export function writeMark({ key, source }: Required<ResultMark>): string {
  return [key, source.content, source.place].join(" ");
}

/**
 * Reads the mark of a result: the text with the keyword {@linkcode MARK} in a PNG.
 *
 * @param bytes bytes of any file
 * @returns `undefined` if the file is not a PNG, or was not written by `predict`
 */
export function readMark(bytes: Uint8Array): ResultMark | undefined {
  const text = readPngText(bytes, MARK);
  if (text === undefined) return undefined;
  const [key, content, place] = text.split(" ");
  return { key, ...(place && { source: { content, place } }) };
}

/**
 * Reads a text from a PNG (W3C, Portable Network Graphics, 11.3.3.2).
 *
 * @param bytes bytes of any file
 * @returns `undefined` if the file is not a PNG, or has no text with this keyword
 */
export function readPngText(bytes: Uint8Array, wanted: string): string | undefined {
  if (SIGNATURE.some((byte, i) => bytes[i] !== byte)) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const latin1 = new TextDecoder("latin1");
  for (let at = 8; at + 12 <= bytes.length;) {
    const length = view.getUint32(at), type = latin1.decode(bytes.subarray(at + 4, at + 8));
    if (at + 12 + length > bytes.length) return undefined;
    const [keyword, text = ""] = type === "tEXt"
      ? latin1.decode(bytes.subarray(at + 8, at + 8 + length)).split("\0", 2)
      : [];
    if (keyword === wanted) return text;
    at += 12 + length;
  }
}

/** Bytes whose SHA-256 is known. */
export interface Hashed {
  sha256: Uint8Array;
}

/** Computes the SHA-256 of bytes. */
export async function hashBytes(bytes: Uint8Array): Promise<Hashed> {
  return { sha256: new Uint8Array(await crypto.subtle.digest("SHA-256", new Uint8Array(bytes))) };
}

/** Returns the SHA-256 of several texts and bytes, in hexadecimal. */
export async function digest(...parts: readonly (string | Uint8Array | Hashed)[]): Promise<string> {
  const hashes = await Promise.all(parts.map(async (part) => {
    if (typeof part === "object" && "sha256" in part) return part.sha256;
    return (await hashBytes(typeof part === "string" ? new TextEncoder().encode(part) : part)).sha256;
  }));
  const all = new Uint8Array(32 * hashes.length);
  hashes.forEach((hash, i) => all.set(hash, 32 * i));
  return (await hashBytes(all)).sha256.toHex();
}

/** Returns the {@linkcode digest} of a file's bytes, which need not fit into memory. */
export async function digestFile(path: string): Promise<string> {
  return await digest({ sha256: Uint8Array.fromHex(await hashFile(path)) });
}
