/**
 * Decodes PackBits (TIFF 6.0, section 9): a count n from 0 to 127 is followed by n + 1 bytes, a count from −127 to −1
 * by a byte that is repeated 1 − n times; −128 is ignored.
 *
 * @param size maximum number of bytes to decode
 * @returns `size` bytes, or fewer if the data end early
 */
export function decodePackBits(bytes: Uint8Array, size: number): Uint8Array {
  const out = new Uint8Array(size), end = bytes.length;
  let at = 0, written = 0;
  while (written < size && at < end) {
    const count = bytes[at++];
    if (count < 128) {
      const length = Math.min(count + 1, end - at, size - written);
      if (length < 32) { for (let i = 0; i < length; i++) out[written + i] = bytes[at + i]; }
      else out.set(bytes.subarray(at, at + length), written);
      at += count + 1;
      written += length;
    } else if (count > 128 && at < end) {
      const length = Math.min(257 - count, size - written);
      out.fill(bytes[at++], written, written += length);
    }
  }
  return out.subarray(0, written);
}
