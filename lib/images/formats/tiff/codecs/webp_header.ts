/** Reads the four letters at `at`. */
const tag = (bytes: Uint8Array, at: number) => String.fromCharCode(...bytes.subarray(at, at + 4));

/**
 * Reads a WebP picture's size (the WebP container specification; RFC 6386, section 9.1; the WebP lossless bitstream).
 *
 * @throws {Error} if the bytes are not a WebP picture, or end within its header
 */
export function readWebpSize(bytes: Uint8Array): { width: number; height: number } {
  if (bytes.length < 30 || tag(bytes, 0) !== "RIFF" || tag(bytes, 8) !== "WEBP") {
    throw new Error("its WebP data have no header");
  }
  const u24 = (at: number) => bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16);
  const kind = tag(bytes, 12);
  if (kind === "VP8X") return { width: u24(24) + 1, height: u24(27) + 1 };
  if (kind === "VP8L") {
    const bits = u24(21) | (bytes[24] << 24);
    return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
  }
  if (kind === "VP8 ") return { width: u24(26) & 0x3fff, height: u24(28) & 0x3fff };
  throw new Error(`its WebP data begin with the unknown chunk "${kind}"`);
}
