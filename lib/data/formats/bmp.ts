import { Buffer } from "node:buffer";
import { decode } from "bmp-ts";
import { type FormatReader, type Header, type Raster, viewOf } from "./format.ts";

/** BMP, palettes and run lengths included (bmp-ts). */
export const bmp: FormatReader = {
  readHeader(bytes): Header {
    const view = viewOf(bytes, 30);
    const width = view.getInt32(18, true), height = Math.abs(view.getInt32(22, true));
    // Uncompressed rows of whole 32-bit words: what is missing would be read as black.
    const bits = view.getUint16(28, true), compression = bytes.length >= 34 ? view.getUint32(30, true) : 0;
    const needed = view.getUint32(10, true) + Math.ceil(width * bits / 32) * 4 * height;
    if ((compression === 0 || compression === 3) && bytes.length < needed) {
      throw new Error(`it ends after ${bytes.length} of ${needed} bytes`);
    }
    return { width, height, pages: 1 };
  },

  readRaster(bytes): Raster {
    // Alpha, blue, green, red: the library's other order is wrong for palettes.
    const { width, height, data: abgr } = decode(Buffer.from(bytes));
    const data = new Uint8Array(width * Math.abs(height) * 3);
    for (let i = 0, at = 0; at < data.length; i += 4) {
      for (let c = 3; c >= 1; c--) data[at++] = abgr[i + c];
    }
    return { width, height: Math.abs(height), channels: 3, bits: 8, data };
  },
};
