import { crc32 } from "node:zlib";

/** CSS pixels per metre; one is 1/96 inch. */
const CSS_PIXELS_PER_METRE = 96 / 0.0254;

/** Bytes of the signature and of the header chunk, which always comes first. */
const HEADER_END = 8 + 25;

/**
 * Adds the number of pixels per CSS pixel to a PNG (chunk `pHYs`, PNG specification, third edition, 11.3.4.3), so that
 * it is shown at its intended size.
 *
 * @param png file without this chunk
 * @param scale pixels of the file per CSS pixel
 */
export function withDensity(png: Uint8Array, scale: number): Uint8Array<ArrayBuffer> {
  const chunk = new Uint8Array(21), view = new DataView(chunk.buffer);
  const density = Math.round(scale * CSS_PIXELS_PER_METRE);
  view.setUint32(0, 9);
  chunk.set(new TextEncoder().encode("pHYs"), 4);
  view.setUint32(8, density);
  view.setUint32(12, density);
  chunk[16] = 1; // per metre
  view.setUint32(17, crc32(chunk.subarray(4, 17)));
  const result = new Uint8Array(png.length + chunk.length);
  result.set(png.subarray(0, HEADER_END));
  result.set(chunk, HEADER_END);
  result.set(png.subarray(HEADER_END), HEADER_END + chunk.length);
  return result;
}
