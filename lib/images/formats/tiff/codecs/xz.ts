import { decodeLzma2 } from "./lzma2.ts";

const MAGIC = [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00];
const HEADER = 12;
/** Supported filters of the .xz format. */
const DELTA = 3, LZMA2 = 0x21;
/** Size of a block's check in bytes, by its type. */
const CHECK_BYTES = [0, 4, 4, 4, 8, 8, 8, 16, 16, 16, 32, 32, 32, 64, 64, 64];

/**
 * Decodes an .xz stream (the .xz file format 1.2) of LZMA2 data, with or without the delta filter.
 *
 * @param size maximum number of bytes to decode
 * @returns `size` bytes, or fewer if the data end early
 * @throws {Error} if the data are damaged or have another filter
 */
export function decodeXz(bytes: Uint8Array, size: number): Uint8Array {
  if (MAGIC.some((byte, i) => i < bytes.length && bytes[i] !== byte)) {
    throw new Error("its LZMA data are not in the .xz format");
  }
  const out = new Uint8Array(size), checkBytes = CHECK_BYTES[bytes[7] & 15];
  let written = 0;
  // A header size of 0 marks the index at the end.
  for (let at = HEADER; written < size && at < bytes.length && bytes[at] !== 0;) {
    const first = at + (bytes[at] + 1) * 4;
    if (first > bytes.length) break;
    const distance = readFilters(bytes, at);
    const block = decodeLzma2(bytes, first, size - written);
    if (distance > 0) { for (let i = distance; i < block.data.length; i++) block.data[i] += block.data[i - distance]; }
    if (block.data.length === size) return block.data;
    out.set(block.data, written);
    written += block.data.length;
    at = first + Math.ceil((block.end - first) / 4) * 4 + checkBytes;
  }
  return out.subarray(0, written);
}

/** Reads a block's header; returns the delta filter's distance, 0 for none. */
function readFilters(bytes: Uint8Array, at: number): number {
  const flags = bytes[at + 1];
  let next = at + 2, distance = 0;
  const number = () => {
    let value = 0;
    for (let scale = 1;; scale *= 128) {
      const byte = bytes[next++];
      value += (byte & 127) * scale;
      if (byte < 128 || scale > 2 ** 49) return value;
    }
  };
  if (flags & 0x40) number();
  if (flags & 0x80) number();
  const filters = (flags & 3) + 1;
  for (let filter = 1; filter <= filters; filter++) {
    const id = number(), length = number();
    if (id === DELTA && filter < filters) distance = bytes[next] + 1;
    else if (id !== LZMA2 || filter < filters) {
      throw new Error(`its LZMA data have the filter ${id}, which is not supported`);
    }
    next += length;
  }
  return distance;
}
