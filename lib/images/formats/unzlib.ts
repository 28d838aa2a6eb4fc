import { decodeDeflate } from "./tiff/codecs/deflate.ts";

/** From this size on, the platform's decoder is faster, despite the overhead of a stream. */
const MIN_STREAM = 16384;

/**
 * Minimum and maximum piece for the platform's decoder, in bytes: a piece unpacks to at most a thousand times its size.
 */
const PIECES = [1024, 65536];

/**
 * Unpacks a zlib stream (RFC 1950), and stops at the needed size: deflate compresses up to a thousandfold, so that a
 * small file could unpack to gigabytes.
 *
 * @param size number of bytes needed
 * @returns at most `size` bytes; fewer if the stream ends early
 * @throws {Error} if it is damaged, or its checksum does not match
 */
export async function unzlib(bytes: Uint8Array, size: number): Promise<Uint8Array> {
  // The platform's decoder refuses a stream that is cut off or followed by other bytes; the other decoder handles both.
  return (size >= MIN_STREAM ? await streamed(bytes, size) : undefined) ?? decodeDeflate(bytes, size);
}

async function streamed(bytes: Uint8Array, size: number): Promise<Uint8Array | undefined> {
  const out = new Uint8Array(size);
  const stream = new DecompressionStream("deflate");
  // Errors of the input are thrown when the output is read.
  feed(stream.writable.getWriter(), bytes, size).catch(() => {});
  const reader = stream.readable.getReader();
  try {
    for (let at = 0;;) {
      const { done, value } = await reader.read();
      if (done) return out.subarray(0, at);
      out.set(value.subarray(0, size - at), at);
      if (at + value.length > size) {
        reader.cancel().catch(() => {});
        return out;
      }
      at += value.length;
    }
  } catch {
    return undefined;
  }
}

/** Writes bytes in pieces, each after the previous one was unpacked: a single piece would be unpacked whole. */
async function feed(
  writer: WritableStreamDefaultWriter<BufferSource>,
  bytes: Uint8Array,
  size: number,
): Promise<void> {
  const piece = Math.min(PIECES[1], Math.max(PIECES[0], size >> 3));
  for (let from = 0; from < bytes.length; from += piece) {
    await writer.write(bytes.subarray(from, from + piece) as Uint8Array<ArrayBuffer>);
  }
  await writer.close();
}
