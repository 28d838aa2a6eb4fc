import { decodeDeflate } from "./tiff/codecs/deflate.ts";

/** From this size on the platform's decoder is faster, although a stream has to be set up. */
const SMALLEST_STREAM = 16384;

/** Fewest and most bytes that are given to the platform's decoder at a time: a piece unpacks to a thousandfold at most. */
const PIECES = [1024, 65536];

/**
 * Unpacks a zlib stream (RFC 1950), and stops once it has what is needed: deflate packs up to a thousandfold, so that a
 * small file could ask for gigabytes.
 *
 * @param size bytes that are needed
 * @returns at most `size` bytes; fewer where the stream ends before
 * @throws {Error} where it is damaged, or its checksum does not fit
 */
export async function unzlib(bytes: Uint8Array, size: number): Promise<Uint8Array> {
  // The platform's decoder refuses a stream that is cut off or has something behind it: the other one tells which.
  return (size >= SMALLEST_STREAM ? await streamed(bytes, size) : undefined) ?? decodeDeflate(bytes, size);
}

async function streamed(bytes: Uint8Array, size: number): Promise<Uint8Array | undefined> {
  const out = new Uint8Array(size);
  const stream = new DecompressionStream("deflate");
  // What goes wrong with the input shows where the output is read.
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

/** Writes bytes in pieces, each once the one before was unpacked: as one piece they would be unpacked whole. */
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
