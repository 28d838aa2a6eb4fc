/** The code that empties the table. */
const CLEAR = 256;
/** The code that ends the data. */
const END = 257;
/** Codes have 9 to 12 bits. */
const MOST_BITS = 12, MOST_CODES = 1 << MOST_BITS;
/** From this length on, the engine's own copying is faster than a loop. */
const LONG_COPY = 40;

/** Where each code's string lies in the output, and its length. */
const starts = new Int32Array(MOST_CODES + 1), lengths = new Int32Array(MOST_CODES + 1).fill(1, 0, 256);
for (let byte = 0; byte < 256; byte++) starts[byte] = byte;

/**
 * LZW as TIFF 6.0 (section 13) writes it: codes from the highest bit on, one bit longer as soon as the table holds one
 * entry less than they can count. Files from before TIFF 6.0 have codes from the lowest bit on that grow one entry
 * later; their first code, a Clear, tells them apart.
 *
 * A string of the table was written before, so that its place in the output is all that is kept. A table that is full
 * stays as it is until the next Clear.
 *
 * @param size bytes to decode; the rest is left
 * @returns `size` bytes, or fewer where the data end
 * @throws {Error} where the data hold a code that the table does not
 */
export function decodeLzw(bytes: Uint8Array, size: number): Uint8Array {
  const lowestFirst = bytes.length > 1 && bytes[0] === 0 && (bytes[1] & 1) === 1;
  const early = lowestFirst ? 0 : 1, end = bytes.length;
  // All bytes lie before the output, as the strings of the first 256 codes, and the last string may reach beyond it.
  const out = new Uint8Array(256 + size + MOST_CODES), limit = 256 + size;
  for (let byte = 0; byte < 256; byte++) out[byte] = byte;
  let at = 0, written = 256;
  let buffer = 0, held = 0, width = 9, mask = 511;
  // The newest entry is the last string and the byte that follows it, whatever that will be.
  let newest = END, grow = 512 - early;
  while (written < limit) {
    if (held < width) {
      if (at + 2 <= end) {
        const pair = lowestFirst ? (bytes[at] | (bytes[at + 1] << 8)) << held : (bytes[at] << 8) | bytes[at + 1];
        buffer = (lowestFirst ? buffer : buffer << 16) | pair;
        held += 16;
        at += 2;
      } else if (at < end && held + 8 >= width) {
        buffer = lowestFirst ? buffer | (bytes[at] << held) : (buffer << 8) | bytes[at];
        held += 8;
        at++;
      } else {
        break;
      }
    }
    held -= width;
    let code: number;
    if (lowestFirst) {
      code = buffer & mask;
      buffer >>>= width;
    } else {
      code = (buffer >>> held) & mask;
    }
    if (code === CLEAR) {
      newest = END, width = 9, mask = 511, grow = 512 - early;
      continue;
    }
    if (code === END) break;
    if (code > newest) throw new Error(`its LZW data hold the code ${code} of ${newest} at byte ${at} of ${end}`);
    const length = lengths[code], from = starts[code], start = written;
    written += length;
    if (length < LONG_COPY) {
      for (let to = start, read = from; to < written;) out[to++] = out[read++];
    } else {
      // The newest entry ends with the first byte of this very copy.
      out.copyWithin(start, from, from + length - 1);
      out[written - 1] = out[from + length - 1];
    }
    if (newest < MOST_CODES && ++newest === grow && width < MOST_BITS) {
      width++;
      mask = (1 << width) - 1;
      grow = mask + 1 - early;
    }
    starts[newest] = start;
    lengths[newest] = length + 1;
  }
  return out.subarray(256, Math.min(written, limit));
}
