import { convertIndexedToRgb, decode } from "fast-png";
import { Unzlib } from "fflate";
import { type FormatReader, type Raster, viewOf } from "./format.ts";

/** Compressed bytes from which on it is counted first what they unpack to. */
const COUNT_FROM = 1 << 19;

/**
 * Refuses a file whose compressed part would unpack to more than its picture needs: deflate packs up to a
 * thousandfold, so that a few megabytes could ask for gigabytes.
 */
function checkUnpackedSize(bytes: Uint8Array): void {
  const view = viewOf(bytes, 33);
  const width = view.getUint32(16), height = view.getUint32(20);
  const samples = [1, 0, 3, 1, 2, 0, 4][bytes[25]] ?? 4;
  // A filter byte per row; interlacing adds at most as many rows again.
  const needed = 2 * height * (2 + Math.ceil(width * samples * bytes[24] / 8)) + 64;
  let unpacked = 0;
  const inflate = new Unzlib((chunk) => {
    unpacked += chunk.length;
    if (unpacked > needed) throw new Error(`it unpacks to more than its ${width} × ${height} pixels`);
  });
  for (let at = 8; at + 12 <= bytes.length;) {
    const length = view.getUint32(at), type = view.getUint32(at + 4);
    const end = Math.min(at + 8 + length, bytes.length);
    // "IDAT"
    if (type === 0x49444154) {
      for (let from = at + 8; from < end; from += 65536) {
        inflate.push(bytes.subarray(from, Math.min(end, from + 65536)));
      }
    }
    at = at + 12 + length;
  }
}

/** Grey at 1, 2 or 4 bits, packed: spread over 8. */
function unpackBits(packed: ArrayLike<number>, width: number, height: number, depth: number): Uint8Array {
  const perByte = 8 / depth, top = 2 ** depth - 1, rowBytes = Math.ceil(width / perByte);
  const data = new Uint8Array(width * height);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const byte = packed[y * rowBytes + Math.floor(x / perByte)];
      data[at++] = ((byte >> (8 - depth * (x % perByte + 1))) & top) * (255 / top);
    }
  }
  return data;
}

/** PNG with 1 to 16 bits, palettes included (fast-png). */
export const png: FormatReader = {
  readHeader(bytes) {
    const view = viewOf(bytes, 33);
    return { width: view.getUint32(16), height: view.getUint32(20), pages: 1 };
  },

  readRaster(bytes): Raster {
    if (bytes.length > COUNT_FROM) checkUnpackedSize(bytes);
    const image = decode(bytes, { checkCrc: true });
    const { width, height, channels, depth } = image;
    if (image.palette) {
      const data = convertIndexedToRgb(image);
      return { width, height, data, bits: 8, channels: data.length / (width * height) };
    }
    if (depth >= 8) return { width, height, channels, bits: depth, data: image.data };
    return { width, height, channels, bits: 8, data: unpackBits(image.data, width, height, depth) };
  },
};
