import { inflate } from "./inflate.ts";
import { DamagedError } from "../../damaged_error.ts";

const DEFLATE = 8, HEADER = 2, CHECKSUM = 4, HAS_DICTIONARY = 32;

/** Number of bytes after which Adler-32's sums are reduced to keep them below 2³¹. */
const REDUCE_AFTER = 3800, ADLER_BASE = 65521;

/** Computes Adler-32 (RFC 1950, section 8.2). */
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
 * Decodes deflate data with a zlib header (RFC 1950). A truncated checksum and bytes after it are ignored.
 *
 * @param size maximum number of bytes to decode
 * @returns `size` bytes, or fewer if the data end early
 * @throws {Error} if the data are damaged, or their checksum does not match
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
    if (stored !== adler32(data)) throw new DamagedError("its deflate data do not match their checksum: it is damaged");
  }
  return data;
}
