import codec from "jpeg-js";
import { type FormatReader, type Header, type Raster, viewOf } from "./format.ts";

/** JPEG, baseline and progressive (jpeg-js). */
export const jpeg: FormatReader = {
  readHeader(bytes): Header {
    const view = viewOf(bytes, 4);
    for (let at = 2; at + 9 <= bytes.length;) {
      if (bytes[at] !== 0xff) {
        at++;
        continue;
      }
      const marker = bytes[at + 1];
      // The frame header has the size: any SOF marker, but not DHT, JPG and DAC, which lie among them.
      if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)) {
        return { height: view.getUint16(at + 5), width: view.getUint16(at + 7), pages: 1 };
      }
      const alone = marker === 0xff || marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8);
      at += alone ? (marker === 0xff ? 1 : 2) : 2 + view.getUint16(at + 2);
    }
    throw new Error("it ends within its header");
  },

  readRaster(bytes): Raster {
    const { width, height, data } = codec.decode(bytes, {
      useTArray: true,
      formatAsRGBA: false,
      tolerantDecoding: false,
      maxResolutionInMP: 1e6,
      maxMemoryUsageInMB: 4096,
    });
    return { width, height, channels: 3, bits: 8, data };
  },
};
