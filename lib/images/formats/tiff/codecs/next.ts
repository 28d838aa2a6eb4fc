/** First byte of a row that is followed by all its bytes, or by a span of them in a white row. */
const WHOLE_ROW = 0x00, SPAN = 0x40;

/**
 * Decodes NeXT's 2-bit run lengths. A row begins with 0 (all its bytes follow), with 64 (a 16-bit offset and count,
 * then the bytes of a span in a white row), or consists of runs: two bits of grey and six of length in each byte.
 *
 * @returns four pixels in each byte; only whole rows, and fewer than `height` if the data end early
 * @throws {Error} if a span extends beyond its row
 */
export function decodeNext(bytes: Uint8Array, width: number, height: number): Uint8Array {
  const rowBytes = Math.ceil(width / 4), out = new Uint8Array(rowBytes * height).fill(0xff);
  let at = 0;
  for (let row = 0; row < height; row++) {
    const first = row * rowBytes, kind = bytes[at];
    if (kind === WHOLE_ROW || kind === SPAN) {
      const header = kind === SPAN ? 5 : 1;
      const offset = kind === SPAN ? (bytes[at + 1] << 8) | bytes[at + 2] : 0;
      const count = kind === SPAN ? (bytes[at + 3] << 8) | bytes[at + 4] : rowBytes;
      if (at + header + count > bytes.length || at + header > bytes.length) return out.subarray(0, first);
      if (offset + count > rowBytes) throw new Error(`its NeXT data extend beyond row ${row + 1} of ${height}`);
      out.set(bytes.subarray(at + header, at + header + count), first + offset);
      at += header + count;
      continue;
    }
    for (let x = 0; x < width;) {
      if (at >= bytes.length) return out.subarray(0, first);
      const grey = bytes[at] >> 6, end = Math.min(width, x + (bytes[at] & 63));
      at++;
      for (; x < end; x++) {
        const shift = 6 - 2 * (x & 3);
        out[first + (x >> 2)] &= ~(3 << shift) | (grey << shift);
      }
    }
  }
  return out;
}
