import { viewBytes } from "../format.ts";
import { DamagedError } from "../damaged_error.ts";

/** The content of a BMP's headers (Microsoft's BITMAPCOREHEADER to BITMAPV5HEADER, and OS/2's). */
export interface BmpHeader {
  width: number;
  height: number;
  /** Whether the top row is stored first; most files store it last. */
  topDown: boolean;
  bits: number;
  /** 0 none, 1 run lengths of bytes, 2 run lengths of half bytes, 3 and 6 bit fields. */
  compression: number;
  /** Offset of the pixels, in bytes. */
  offset: number;
  /** Bit masks of red, green and blue in a pixel of 16 or 32 bits. */
  masks: readonly [red: number, green: number, blue: number];
  /** Red, green and blue of each index. */
  palette: Uint8Array;
}

/** Reads and checks a BMP's headers, and its palette. */
export function readBmpHeader(bytes: Uint8Array): BmpHeader {
  const view = viewBytes(bytes, 26);
  const headerSize = view.getUint32(14, true);
  if (![12, 16, 40, 52, 56, 64, 108, 124].includes(headerSize)) {
    throw new DamagedError(`its header has ${headerSize} bytes, which no BMP version has: the file is damaged`);
  }
  viewBytes(bytes, 14 + headerSize);
  // The header of OS/2 version 1 stores sizes in 16 bits.
  const core = headerSize === 12;
  const width = core ? view.getUint16(18, true) : view.getInt32(18, true);
  const height = core ? view.getUint16(20, true) : view.getInt32(22, true);
  const bits = view.getUint16(core ? 24 : 28, true);
  const compression = headerSize >= 40 ? view.getUint32(30, true) : 0;
  const used = headerSize >= 40 ? view.getUint32(46, true) : 0;
  if (width <= 0 || height === 0) throw new Error(`its header gives a size of ${width} × ${height} pixels`);
  // In the header of OS/2 version 2, compressions 3 and 4 are Huffman coding and 24-bit runs.
  const fields = (compression === 3 && headerSize !== 64) || compression === 6;
  const valid = compression === 0
    ? [1, 2, 4, 8, 16, 24, 32].includes(bits)
    : compression === 1
    ? bits === 8
    : compression === 2
    ? bits === 4
    : fields && (bits === 16 || bits === 32);
  if (!valid) {
    throw new Error(`its compression ${compression} with ${bits} bits is not supported: save it as PNG`);
  }
  const masks = fields
    ? [0, 4, 8].map((at) => view.getUint32(54 + at, true)) as [number, number, number]
    : bits === 16
    ? [0x7c00, 0x3e0, 0x1f] as const
    : [0xff0000, 0xff00, 0xff] as const;
  const colours = bits <= 8 ? Math.min(used || 2 ** bits, 2 ** bits) : 0;
  const size = core ? 3 : 4;
  const at = 14 + headerSize + (fields && headerSize === 40 ? (compression === 6 ? 16 : 12) : 0);
  // Some writers omit the palette's size from the offset of the pixels.
  const stated = view.getUint32(10, true), offset = colours > 0 && stated === at ? at + colours * size : stated;
  const palette = readPalette(bytes, { at, end: offset, size, colours });
  return { width, height: Math.abs(height), topDown: height < 0, bits, compression, offset, masks, palette };
}

/** Reads the palette, stored as blue, green, red (and an unused byte), as red, green and blue. */
function readPalette(
  bytes: Uint8Array,
  { at, end, size, colours }: { at: number; end: number; size: number; colours: number },
): Uint8Array {
  const count = Math.max(0, Math.min(colours, Math.floor((Math.min(end, bytes.length) - at) / size)));
  const palette = new Uint8Array(3 * count);
  for (let i = 0; i < count; i++) {
    for (let c = 0; c < 3; c++) palette[3 * i + c] = bytes[at + i * size + 2 - c];
  }
  return palette;
}
