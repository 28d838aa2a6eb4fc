/** The code that clears the table. */
const CLEAR = 256;
/** The code that ends the data. */
const END = 257;
/** Maximum length of a code (9 to 12 bits), and number of codes. */
const MAX_BITS = 12, MAX_CODES = 1 << MAX_BITS;
/** From this length on, `copyWithin` is faster than a loop. */
const LONG_COPY = 40;

/** Offset in the output and length of each code's string. */
const starts = new Int32Array(MAX_CODES + 1), lengths = new Int32Array(MAX_CODES + 1).fill(1, 0, 256);
for (let byte = 0; byte < 256; byte++) starts[byte] = byte;

/**
 * Decodes LZW data of TIFF 6.0 (section 13): codes start at the highest bit, and get one bit longer when the table has
 * one entry less than they can count. Files older than TIFF 6.0 have codes that start at the lowest bit and grow one
 * entry later; they are recognised by their first code, a Clear.
 *
 * Every string of the table occurs in the output, so only its offset is stored. A full table does not change until the
 * next Clear.
 *
 * @param size maximum number of bytes to decode
 * @returns `size` bytes, or fewer if the data end early
 * @throws {Error} if the data contain a code that is not in the table
 */
export function decodeLzw(bytes: Uint8Array, size: number): Uint8Array {
  const lowestFirst = bytes.length > 1 && bytes[0] === 0 && (bytes[1] & 1) === 1;
  const early = lowestFirst ? 0 : 1, end = bytes.length;
  // All bytes precede the output, as the strings of the first 256 codes; the last string may extend beyond its end.
  const out = new Uint8Array(256 + size + MAX_CODES), limit = 256 + size;
  for (let byte = 0; byte < 256; byte++) out[byte] = byte;
  let at = 0, written = 256;
  let buffer = 0, bitCount = 0, width = 9, mask = 511;
  // The newest entry is the last string and the byte that follows it, which is not yet known.
  let newest = END, grow = 512 - early;
  while (written < limit) {
    if (bitCount < width) {
      if (at + 2 <= end) {
        const pair = lowestFirst ? (bytes[at] | (bytes[at + 1] << 8)) << bitCount : (bytes[at] << 8) | bytes[at + 1];
        buffer = (lowestFirst ? buffer : buffer << 16) | pair;
        bitCount += 16;
        at += 2;
      } else if (at < end && bitCount + 8 >= width) {
        buffer = lowestFirst ? buffer | (bytes[at] << bitCount) : (buffer << 8) | bytes[at];
        bitCount += 8;
        at++;
      } else {
        break;
      }
    }
    bitCount -= width;
    let code: number;
    if (lowestFirst) {
      code = buffer & mask;
      buffer >>>= width;
    } else {
      code = (buffer >>> bitCount) & mask;
    }
    if (code === CLEAR) {
      newest = END, width = 9, mask = 511, grow = 512 - early;
      continue;
    }
    if (code === END) break;
    if (code > newest) throw new Error(`its LZW data contain the code ${code} of ${newest} at byte ${at} of ${end}`);
    const length = lengths[code], from = starts[code], start = written;
    written += length;
    if (length < LONG_COPY) {
      for (let to = start, read = from; to < written;) out[to++] = out[read++];
    } else {
      // The newest entry ends with the first byte of this copy.
      out.copyWithin(start, from, from + length - 1);
      out[written - 1] = out[from + length - 1];
    }
    if (newest < MAX_CODES && ++newest === grow && width < MAX_BITS) {
      width++;
      mask = (1 << width) - 1;
      grow = mask + 1 - early;
    }
    starts[newest] = start;
    lengths[newest] = length + 1;
  }
  return out.subarray(256, Math.min(written, limit));
}
