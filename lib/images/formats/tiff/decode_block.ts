import { DamagedError } from "../damaged_error.ts";
import type { Samples } from "../format.ts";
import { decodeJpeg } from "../jpeg/decode_jpeg.ts";
import { type Block, storedSize } from "./blocks.ts";
import { CODECS, refusalOfCompression, reverseBits } from "./codecs/mod.ts";
import type { Directory } from "./directory.ts";
import type { PlaneLayout } from "./layout.ts";
import { undoDifferences, undoFloatPredictor } from "./predictor.ts";
import { TAG } from "./tags.ts";
import { unpack } from "./unpack.ts";

/** JPEG, and the other numbers that some programs write for it. */
const JPEG = new Set([7, 33007, 34892]);

/** Compressions with predictors: none, LZW, deflate, LZMA, Zstandard. Others may have the tag without using it. */
const PREDICTED = new Set([1, 5, 8, 32946, 34925, 34926, 50000, 50013]);

/** Refuses a compression or a predictor that is not supported. */
export function checkDecodable({ compression, predictor, kind, bits }: PlaneLayout): void {
  if (compression !== 1 && !JPEG.has(compression) && !CODECS[compression]) {
    throw new Error(refusalOfCompression(compression));
  }
  if (!PREDICTED.has(compression)) return;
  const usable = predictor === 1 || (predictor === 3 && kind === "float") ||
    (predictor === 2 && (bits === 8 || bits === 16 || bits === 32 || bits === 64) &&
      !(kind === "float" && bits < 32));
  if (!usable) {
    throw new Error(`its predictor ${predictor} is invalid with ${bits} bits (${kind}): save it without a predictor`);
  }
}

/** Decodes a block's bytes to samples, `[rows, width, samples]` of the block. They may be those of the file. */
export async function decodeBlock(
  directory: Directory,
  layout: PlaneLayout,
  block: Block,
  stored: Uint8Array,
): Promise<Samples> {
  const { bits, kind, compression, predictor, fillOrder } = layout;
  const { width, rows, samples } = block;
  const samplesPerRow = width * samples, needed = storedSize(layout, block);
  if (JPEG.has(compression)) return decodeJpegBlock(directory, layout, block, stored);
  const codec = CODECS[compression];
  let bytes: Uint8Array;
  if (compression === 1) bytes = fillOrder === 2 ? reverseBits(stored) : stored;
  else {
    bytes = await codec.decode(stored, {
      size: needed,
      width,
      height: rows,
      samples,
      bitsPerSample: bits,
      fillOrder,
      t4Options: directory.number(TAG.T4Options, 0),
      t6Options: directory.number(TAG.T6Options, 0),
    });
  }
  if (bytes.length < needed) {
    const name = layout.tiled ? "tile" : "strip";
    throw new DamagedError(
      `its ${name} ${block.index + 1} has ${bytes.length} of ${needed} bytes: the file is cut off or damaged`,
    );
  }
  let littleEndian = codec?.givesSamples || directory.file.littleEndian;
  const predicted = PREDICTED.has(compression) ? predictor : 1;
  if (predicted === 3) {
    bytes = undoFloatPredictor(bytes, { rows, samplesPerRow, stride: samples, size: bits / 8 });
    littleEndian = true;
  }
  const data = unpack(
    // Uncompressed bytes belong to the file: copy them before they are changed.
    predicted === 2 && compression === 1 ? new Uint8Array(bytes.subarray(0, needed)) : bytes,
    { kind, bits, littleEndian, rows, samplesPerRow },
  );
  if (predicted === 2) undoDifferences(data, rows, samplesPerRow, samples);
  return data;
}

function decodeJpegBlock(
  directory: Directory,
  { bits, photometric, separate }: PlaneLayout,
  { width, rows, samples }: Block,
  stored: Uint8Array,
): Samples {
  const image = decodeJpeg(stored, {
    tables: directory.has(TAG.JPEGTables) ? directory.bytes(TAG.JPEGTables) : undefined,
    colour: photometric === 6 && !separate ? "ycbcr" : "raw",
    maxPixels: 4 * (width + 1024) * (rows + 1024),
  });
  if (image.width !== width || image.height < rows || image.channels !== samples || image.bits > Math.max(bits, 8)) {
    throw new DamagedError(
      `a JPEG within it has ${image.width} × ${image.height} pixels in ${image.channels} channels instead of ${width} × ${rows} in ${samples}: the file is damaged`,
    );
  }
  return image.data.subarray(0, width * rows * samples);
}
