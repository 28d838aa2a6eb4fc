import { type FormatReader, type Header, type Raster, startsWith } from "../format.ts";
import { type BmpHeader, readBmpHeader } from "./header.ts";
import { unpackRunLengths } from "./run_lengths.ts";
import { DamagedError } from "../damaged_error.ts";

/** BMP: 1 to 32 bits, palettes, bit fields and run-length encoding. */
export const bmp: FormatReader = {
  label: "BMP",
  extensions: ["bmp", "dib"],
  matches: (bytes) => startsWith(bytes, 0x42, 0x4d),
  readHeader(bytes): Header {
    const { width, height, bits } = readBmpHeader(bytes);
    return { width, height, pages: 1, channels: bits <= 8 ? 1 : 3, orientation: 1 };
  },

  readRaster(bytes): Raster {
    const header = readBmpHeader(bytes);
    const { width, height, bits, compression, topDown, palette, offset } = header;
    const runs = compression === 1 || compression === 2;
    const rows = runs
      ? unpackRunLengths(bytes.subarray(offset), width, height, compression === 2)
      : readRows(bytes, header);
    const channels = bits <= 8 ? 1 : 3;
    const data = topDown ? rows : flip(rows, width * channels);
    if (bits > 8) return { width, height, channels, colour: "rgb", alpha: false, bits: 8, data, orientation: 1 };
    return { width, height, channels, colour: "palette", alpha: false, bits, data, palette, orientation: 1 };
  },
};

/** Reads uncompressed rows, which are padded to 32-bit words, in the file's order. */
function readRows(bytes: Uint8Array, { width, height, bits, offset, masks }: BmpHeader): Uint8Array {
  const stride = Math.ceil(width * bits / 32) * 4;
  // The last row may lack its padding.
  const needed = offset + stride * (height - 1) + Math.ceil(width * bits / 8);
  if (bytes.length < needed) {
    throw new DamagedError(`it ends after ${bytes.length} of ${needed} bytes: the file is cut off`);
  }
  if (bits <= 8) return readIndices(bytes, { width, height, bits, offset, stride });
  const out = new Uint8Array(width * height * 3);
  if (bits === 24) {
    for (let y = 0, to = 0; y < height; y++) {
      for (let x = 0, at = offset + y * stride; x < width; x++, at += 3, to += 3) {
        out[to] = bytes[at + 2];
        out[to + 1] = bytes[at + 1];
        out[to + 2] = bytes[at];
      }
    }
    return out;
  }
  const fields = masks.map((mask) => {
    if (mask === 0) return { shift: 0, top: 0 };
    const shift = 31 - Math.clz32(mask & -mask);
    return { shift, top: mask >>> shift };
  });
  for (let y = 0, to = 0; y < height; y++) {
    for (let x = 0, at = offset + y * stride; x < width; x++, at += bits / 8) {
      const pixel = bits === 16
        ? bytes[at] | bytes[at + 1] << 8
        : (bytes[at] | bytes[at + 1] << 8 | bytes[at + 2] << 16 | bytes[at + 3] << 24) >>> 0;
      for (const { shift, top } of fields) {
        const value = Math.floor(pixel / 2 ** shift) % (top + 1);
        out[to++] = top ? Math.floor(value * 255 / top) : 0;
      }
    }
  }
  return out;
}

function readIndices(
  bytes: Uint8Array,
  { width, height, bits, offset, stride }: {
    width: number;
    height: number;
    bits: number;
    offset: number;
    stride: number;
  },
): Uint8Array {
  const out = new Uint8Array(width * height), top = 2 ** bits - 1;
  for (let y = 0, to = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const bit = x * bits;
      out[to++] = bytes[offset + y * stride + (bit >> 3)] >> (8 - bits - (bit & 7)) & top;
    }
  }
  return out;
}

/** Reverses the order of the rows. */
function flip(rows: Uint8Array, stride: number): Uint8Array {
  const out = new Uint8Array(rows.length);
  for (let from = rows.length - stride, to = 0; from >= 0; from -= stride, to += stride) {
    out.set(rows.subarray(from, from + stride), to);
  }
  return out;
}
