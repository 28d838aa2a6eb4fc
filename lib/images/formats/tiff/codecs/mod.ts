import { decodeCcitt } from "./ccitt.ts";
import { unzlib } from "../../unzlib.ts";
import type { Block, Codec } from "./codec.ts";
import { decodeJpeg2000 } from "./jpeg2000.ts";
import { decodeLerc } from "./lerc.ts";
import { decodeLzw } from "./lzw.ts";
import { decodeNext } from "./next.ts";
import { decodePackBits } from "./packbits.ts";
import { decodePng } from "./png.ts";
import { reverseBits } from "./reverse_bits.ts";
import { decodeThunderScan } from "./thunderscan.ts";
import { decodeWebp } from "./webp.ts";
import { decodeXz } from "./xz.ts";
import { decodeZstd } from "./zstd.ts";

export type { Block, Codec } from "./codec.ts";
export { COMPRESSION_NAMES, refusalOfCompression } from "./names.ts";
export { reverseBits } from "./reverse_bits.ts";

/** Makes a codec that returns the file's bytes, whose bit order is given by FillOrder. */
function bytewise(name: string, decode: Codec["decode"]): Codec {
  return { name, decode: (bytes, block) => decode(block.fillOrder === 2 ? reverseBits(bytes) : bytes, block) };
}

/** Makes a codec that returns samples; FillOrder does not apply to its data. */
const samplewise = (name: string, decode: Codec["decode"]): Codec => ({ name, givesSamples: true, decode });

function fax(name: string, coding: (block: Block) => Parameters<typeof decodeCcitt>[1]["coding"]): Codec {
  return bytewise(name, (bytes, block) => {
    if (block.bitsPerSample !== 1) throw new Error(`it is a fax with ${block.bitsPerSample} bits per pixel, not 1`);
    return decodeCcitt(bytes, { width: block.width, height: block.height, coding: coding(block) });
  });
}

const TWO_DIMENSIONAL = 1;
const deflate = bytewise("deflate", (bytes, { size }) => unzlib(bytes, size));
const zstd = bytewise("Zstandard", (bytes, { size }) => decodeZstd(bytes, size));
const webp = samplewise("WebP", decodeWebp);
const jpeg2000 = samplewise("JPEG 2000", decodeJpeg2000);

/**
 * The codecs of TIFF's strips and tiles, by the value of Compression. WebAssembly is loaded on first use.
 *
 * JPEG (7, 33007, 34892), which has a separate decoder, and uncompressed data (1) are not included.
 */
export const CODECS: Readonly<Record<number, Codec>> = {
  2: fax("CCITT run lengths", () => "runs"),
  3: fax("CCITT Group 3", ({ t4Options }) => t4Options & TWO_DIMENSIONAL ? "group3-2d" : "group3"),
  4: fax("CCITT Group 4", () => "group4"),
  5: bytewise("LZW", (bytes, { size }) => decodeLzw(bytes, size)),
  8: deflate,
  32766: bytewise("NeXT run lengths", (bytes, { width, height }) => decodeNext(bytes, width, height)),
  32771: fax("CCITT run lengths in words", () => "runs16"),
  32773: bytewise("PackBits", (bytes, { size }) => decodePackBits(bytes, size)),
  32809: bytewise("ThunderScan", (bytes, { width, height }) => decodeThunderScan(bytes, width, height)),
  32946: deflate,
  33003: jpeg2000,
  33004: jpeg2000,
  33005: jpeg2000,
  34712: jpeg2000,
  34887: samplewise("LERC", decodeLerc),
  34925: bytewise("LZMA", (bytes, { size }) => decodeXz(bytes, size)),
  34926: zstd,
  34927: webp,
  34933: samplewise("PNG", decodePng),
  50000: zstd,
  50001: webp,
  50013: deflate,
};
