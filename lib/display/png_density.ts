import { crc32 } from "node:zlib";

/** Pixels per metre of a CSS pixel, 1/96 inch. */
const CSS_PIXELS_PER_METRE = 96 / 0.0254;

/** Bytes of the signature and of the header chunk, which always comes first. */
const HEADER_END = 8 + 25;

/**
 * Says in a PNG how many of its pixels make a CSS pixel (chunk `pHYs`, PNG specification, third edition, 11.3.4.3), so that it can be
 * shown at the size that it was drawn for.
 *
 * @param png without such a chunk
 * @param scale its pixels per CSS pixel
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
