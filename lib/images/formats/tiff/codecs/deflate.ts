import { inflate } from "./inflate.ts";
import { DamagedError } from "../../damaged_error.ts";

const DEFLATE = 8, HEADER = 2, CHECKSUM = 4, HAS_DICTIONARY = 32;

/** Bytes after which the sums of Adler-32 are reduced, so that they stay below 2³¹. */
const REDUCE_AFTER = 3800, ADLER_BASE = 65521;

/** Adler-32 (RFC 1950, section 8.2). */
function adler32(bytes: Uint8Array): number {
  let low = 1, high = 0;
  for (let at = 0; at < bytes.length;) {
    for (const end = Math.min(at + REDUCE_AFTER, bytes.length); at < end; at++) {
      low = (low + bytes[at]) | 0;
      high = (high + low) | 0;
    }
    low %= ADLER_BASE;
    high %= ADLER_BASE;
  }
  return high * 65536 + low;
}

/**
 * Decodes deflate with zlib's header (RFC 1950).
 *
 * @param size bytes to decode; the rest is left
 * @returns `size` bytes, or fewer where the data end. A checksum that is cut off is not missed, nor does it matter what
 * comes behind it.
 * @throws {Error} where the data are damaged, or their checksum does not fit
 */
export function decodeDeflate(bytes: Uint8Array, size: number): Uint8Array {
  if (bytes.length < HEADER) return new Uint8Array(0);
  if ((bytes[0] & 15) !== DEFLATE || (bytes[0] * 256 + bytes[1]) % 31 !== 0 || bytes[1] & HAS_DICTIONARY) {
    throw new Error("its deflate data have no zlib header");
  }
  const { data, consumed, state } = inflate(bytes.subarray(HEADER), size);
  const end = HEADER + consumed;
  if (state === "damaged") throw new Error(`its deflate data are damaged at byte ${end} of ${bytes.length}`);
  if (state === "complete" && end + CHECKSUM <= bytes.length) {
    const stored = new DataView(bytes.buffer, bytes.byteOffset + end, CHECKSUM).getUint32(0);
    if (stored !== adler32(data)) throw new DamagedError("its deflate data do not fit their checksum: it is damaged");
  }
  return data;
}
