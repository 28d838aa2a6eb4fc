import type { Samples } from "../format.ts";
import { decodeJpeg } from "../jpeg/decode_jpeg.ts";
import { CODECS, refusalOfCompression, reverseBits } from "./codecs/mod.ts";
import type { Directory } from "./directory.ts";
import type { PlaneLayout } from "./layout.ts";
import { undoDifferences, undoFloatPredictor } from "./predictor.ts";
import { TAG } from "./tags.ts";
import { allocate, rowBytes, unpack } from "./unpack.ts";
import { DamagedError } from "../damaged_error.ts";

/** JPEG, and the other numbers that some programs write for it. */
const JPEG = new Set([7, 33007, 34892]);

/** Compressions with predictors: none, LZW, deflate, LZMA, Zstandard. Others may have the tag without using it. */
const PREDICTED = new Set([1, 5, 8, 32946, 34925, 34926, 50000, 50013]);

/** A strip or tile of a picture. */
interface Block {
  index: number;
  left: number;
  top: number;
  /** Stored columns; a tile may extend beyond the picture. */
  width: number;
  rows: number;
  /** First of its samples: 0 unless samples are stored separately. */
  sample: number;
  /** Number of interleaved samples. */
  samples: number;
}

function* listBlocks(layout: PlaneLayout): Generator<Block> {
  const { width, height, samples, separate, blockWidth, blockHeight, tiled } = layout;
  let index = 0;
  for (let sample = 0; sample < (separate ? samples : 1); sample++) {
    for (let top = 0; top < height; top += blockHeight) {
      const rows = tiled ? blockHeight : Math.min(blockHeight, height - top);
      for (let left = 0; left < width; left += blockWidth) {
        yield { index: index++, left, top, width: blockWidth, rows, sample, samples: separate ? 1 : samples };
      }
    }
  }
}

/** Maximum number of strips or tiles: with more, they take more time than their pixels. */
const MAX_BLOCKS = 250_000;

/** Number of bytes by which a strip or tile may exceed four times its picture. */
const MAX_SPARE = 1 << 25;

function countBlocks({ width, height, samples, separate, blockWidth, blockHeight }: PlaneLayout): number {
  return Math.ceil(width / blockWidth) * Math.ceil(height / blockHeight) * (separate ? samples : 1);
}

/** Maximum total size of a file's blocks, as a multiple of the file's size: equal blocks may be stored once. */
const MAX_OVERLAP = 16;

/** Refuses a file whose blocks overlap excessively: a small file could require endless work. */
function checkOverlap({ file }: Directory, { compression }: PlaneLayout, counts: readonly number[]): void {
  const stored = counts.reduce((sum, count) => sum + count, 0);
  if (compression !== 1 && stored > MAX_OVERLAP * file.bytes.length + 65536) {
    throw new DamagedError(
      `its strips or tiles add up to ${stored} bytes in a file of ${file.bytes.length}: it is damaged`,
    );
  }
}

/**
 * Reads the pixels of one directory.
 *
 * @param shift offset in bytes from the directory's plane to a later plane without a directory
 * @returns samples as stored, `[height, width, samples]`
 */
export async function readPlane(directory: Directory, layout: PlaneLayout, shift = 0): Promise<Samples> {
  const { width, height, samples, bits, kind, predictor, compression } = layout;
  if (compression !== 1 && !JPEG.has(compression) && !CODECS[compression]) {
    throw new Error(refusalOfCompression(compression));
  }
  if (PREDICTED.has(compression)) {
    const usable = predictor === 1 || (predictor === 3 && kind === "float") ||
      (predictor === 2 && (bits === 8 || bits === 16 || bits === 32 || bits === 64) &&
        !(kind === "float" && bits < 32));
    if (!usable) {
      throw new Error(`its predictor ${predictor} is invalid with ${bits} bits (${kind}): save it without a predictor`);
    }
  }
  const [offsetTag, countTag] = directory.has(TAG.TileOffsets)
    ? [TAG.TileOffsets, TAG.TileByteCounts]
    : [TAG.StripOffsets, TAG.StripByteCounts];
  const total = countBlocks(layout);
  if (total > MAX_BLOCKS) {
    throw new Error(`it has ${total} strips or tiles, more than ${MAX_BLOCKS}: save it with larger ones`);
  }
  const [first] = listBlocks(layout), picture = height * rowBytes(width * samples, bits);
  if (storedSize(layout, first) > 4 * picture + MAX_SPARE) {
    throw new DamagedError(
      `its tiles take ${storedSize(layout, first)} bytes each, but its picture only ${picture}: it is damaged`,
    );
  }
  if (directory.count(offsetTag) < total) {
    throw new DamagedError(
      `it lists ${directory.count(offsetTag)} of its ${total} strips or tiles: the file is damaged`,
    );
  }
  const offsets = directory.numbers(offsetTag, total), counts = directory.numbers(countTag, total);
  checkOverlap(directory, layout, counts);
  const background = Number(directory.text(TAG.GDALNoData) || 0) || 0;
  const out = allocate(kind, bits, width * height * samples);
  for (const block of listBlocks(layout)) {
    const offset = offsets[block.index], count = counts[block.index];
    // A block that was never written. The size of a single block may be missing.
    if (offset === 0 || (compression !== 1 && count === 0 && total > 1)) {
      if (background !== 0) place(allocateFilled(layout, block, background), block, layout, out);
      continue;
    }
    const stored = readBlock(directory, layout, block, { offset: offset + shift, count });
    place(await decodeBlock(directory, layout, block, stored), block, layout, out);
  }
  return out;
}

function allocateFilled({ kind, bits }: PlaneLayout, { width, rows, samples }: Block, value: number): Samples {
  const data = allocate(kind, bits, width * rows * samples);
  if (data instanceof BigInt64Array || data instanceof BigUint64Array) data.fill(BigInt(Math.round(value)));
  else data.fill(value);
  return data;
}

function storedSize({ bits }: PlaneLayout, { width, rows, samples }: Block): number {
  return rows * rowBytes(width * samples, bits);
}

/** Returns a block's bytes as stored in the file. */
function readBlock(
  directory: Directory,
  layout: PlaneLayout,
  block: Block,
  { offset, count }: { offset: number; count: number | undefined },
): Uint8Array {
  const { bytes } = directory.file;
  // The size of uncompressed data is known: some writers list another, or none.
  const size = layout.compression === 1 ? storedSize(layout, block) : count || bytes.length - offset;
  // The padding of the last block may be cut off: that of a whole tile, or of an LZW stream.
  const end = layout.compression === 1 ? offset + size : Math.min(offset + size, bytes.length);
  if (!(offset >= 0 && offset < bytes.length && end <= bytes.length)) {
    throw new DamagedError(
      `its ${layout.tiled ? "tile" : "strip"} ${
        block.index + 1
      } ends at byte ${end} of ${bytes.length}: the file is cut off`,
    );
  }
  return bytes.subarray(offset, end);
}

async function decodeBlock(
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
    predicted === 2 && bytes.buffer === directory.file.bytes.buffer ? new Uint8Array(bytes.subarray(0, needed)) : bytes,
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

/** Copies a block's samples to their position in the picture. */
function place(data: Samples, block: Block, { width, height, samples }: PlaneLayout, out: Samples): void {
  // All blocks of a picture have the same array type.
  const source = data as Uint8Array, target = out as Uint8Array;
  const rows = Math.min(block.rows, height - block.top), columns = Math.min(block.width, width - block.left);
  if (block.samples === samples && block.width === width) {
    target.set(source.subarray(0, rows * width * samples), block.top * width * samples);
    return;
  }
  for (let y = 0; y < rows; y++) {
    const from = y * block.width * block.samples;
    const to = ((block.top + y) * width + block.left) * samples + block.sample;
    if (block.samples === samples) target.set(source.subarray(from, from + columns * samples), to);
    else for (let x = 0; x < columns; x++) target[to + x * samples] = source[from + x];
  }
}
