import type { Image } from "./image.ts";

/**
 * Computes a digest by which an image is recognised, whatever its file's name and format.
 *
 * @returns SHA-256 of size, channels, depth and pixels, in hexadecimal
 */
export async function imageDigest({ width, height, channels, bits, data }: Image): Promise<string> {
  const head = new TextEncoder().encode(JSON.stringify([width, height, channels, bits]));
  const all = new Uint8Array(head.length + data.byteLength);
  all.set(head);
  all.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), head.length);
  return new Uint8Array(await crypto.subtle.digest("SHA-256", all)).toHex();
}
