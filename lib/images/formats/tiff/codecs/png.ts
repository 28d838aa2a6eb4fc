import { png } from "../../png/png.ts";
import { checkSize } from "./check_size.ts";
import type { Block } from "./codec.ts";

/**
 * Decodes a PNG within a TIFF.
 *
 * @returns samples of 8 or 16 bits, little-endian
 * @throws {Error} if it is damaged, or has another size or depth than the TIFF states
 */
export async function decodePng(bytes: Uint8Array, block: Block): Promise<Uint8Array> {
  checkSize("PNG", await png.readHeader(bytes), block);
  const { width, height, channels, bits, data, colour } = await png.readRaster(bytes, 0);
  const fits = width === block.width && height >= block.height && channels === block.samples &&
    (bits === block.bitsPerSample || (bits === 1 && block.bitsPerSample === 8)) && colour !== "palette";
  if (!fits) {
    throw new Error(
      `its PNG data have ${width} × ${height} pixels in ${channels} channels of ${bits} bits, not ` +
        `${block.width} × ${block.height} in ${block.samples} of ${block.bitsPerSample}`,
    );
  }
  const samples = data as Uint8Array | Uint16Array;
  return new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength).subarray(0, block.size);
}
