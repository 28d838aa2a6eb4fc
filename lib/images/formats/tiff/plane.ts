import type { Rectangle } from "../../rectangle.ts";
import { DamagedError } from "../damaged_error.ts";
import type { Samples } from "../format.ts";
import { BlockCache } from "./block_cache.ts";
import { type Block, countBlocks, listBlocks, storedSize } from "./blocks.ts";
import { checkDecodable, decodeBlock } from "./decode_block.ts";
import type { Directory } from "./directory.ts";
import type { PlaneLayout } from "./layout.ts";
import type { Plane } from "./stack.ts";
import { TAG } from "./tags.ts";
import { allocate, rowBytes } from "./unpack.ts";

/** Maximum number of strips or tiles: their offsets and sizes take 64 MB. */
const MAX_BLOCKS = 4_000_000;

/** Larger blocks, in bytes, are not decoded for a part of the picture. */
const LARGEST_BLOCK = 1 << 30;

/** Number of bytes by which a strip or tile may exceed four times its picture. */
const MAX_SPARE = 1 << 25;

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

/** A plane whose blocks were checked. */
interface OpenPlane {
  /** Number of the plane among all that were opened. */
  number: number;
  /** Size of a whole block in bytes, decoded. */
  size: number;
  offsets: number[];
  counts: number[];
  /** Value of blocks that were never written. */
  background: number;
}

const opened = new WeakMap<Plane, OpenPlane>();
let planes = 0;

/** Checks the blocks of a plane. */
function openPlane(plane: Plane): OpenPlane {
  const known = opened.get(plane);
  if (known) return known;
  const { directory, layout } = plane, { width, height, samples, bits } = layout;
  checkDecodable(layout);
  const [offsetTag, countTag] = directory.has(TAG.TileOffsets)
    ? [TAG.TileOffsets, TAG.TileByteCounts]
    : [TAG.StripOffsets, TAG.StripByteCounts];
  const total = countBlocks(layout);
  if (total > MAX_BLOCKS) {
    throw new Error(
      `it has ${total} strips or tiles, more than ${MAX_BLOCKS}: ` +
        "choose a smaller level with --level, or save it with larger ones",
    );
  }
  const [first] = listBlocks(layout, { x: 0, y: 0, width: 1, height: 1 }), size = storedSize(layout, first);
  const picture = height * rowBytes(width * samples, bits);
  if (size > 4 * picture + MAX_SPARE) {
    throw new DamagedError(`its tiles take ${size} bytes each, but its picture only ${picture}: it is damaged`);
  }
  if (directory.count(offsetTag) < total) {
    throw new DamagedError(
      `it lists ${directory.count(offsetTag)} of its ${total} strips or tiles: the file is damaged`,
    );
  }
  const offsets = directory.numbers(offsetTag, total), counts = directory.numbers(countTag, total);
  checkOverlap(directory, layout, counts);
  const background = Number(directory.text(TAG.GDALNoData) || 0) || 0;
  const checked = { number: planes++, size, offsets, counts, background };
  opened.set(plane, checked);
  return checked;
}

/** Which part of a plane is read. */
export interface PlanePart {
  /** The part to read; the blocks decoded for it stay in memory for the next part. Default: all. */
  window?: Rectangle;
  /** Samples to read, counted from 0, if they are stored separately. Default: all. */
  chosen?: readonly number[];
}

/**
 * Reads the pixels of a plane.
 *
 * @returns samples as stored, `[height, width, samples]`
 * @throws {Error} if blocks are too large to be decoded for a part of the picture.
 */
export async function readPlane(plane: Plane, { window, chosen }: PlanePart = {}): Promise<Samples> {
  const { directory, layout, shift } = plane, { width, height, bits, kind, compression } = layout;
  const { number, size, offsets, counts, background } = openPlane(plane);
  const part = window ?? { x: 0, y: 0, width, height }, samples = chosen?.length ?? layout.samples;
  const cache = window && compression !== 1 ? BlockCache.for(directory.file.bytes) : undefined;
  if (cache) {
    if (size > LARGEST_BLOCK) throw new Error(refuseBlock(layout, size));
    cache.reserve(layout);
  }
  const out = allocate(kind, bits, part.width * part.height * samples);
  for (const stored of listBlocks(layout, part, chosen)) {
    // Its place among the samples that are read.
    const whole = chosen ? { ...stored, sample: chosen.indexOf(stored.sample) } : stored;
    const block = compression === 1 && window ? rowsWithin(whole, part) : whole;
    const offset = offsets[block.index], count = counts[block.index];
    // A block that was never written. The size of a single block may be missing.
    if (offset === 0 || (compression !== 1 && count === 0 && counts.length > 1)) {
      if (background !== 0) place(allocateFilled(layout, block, background), block, part, samples, out);
      continue;
    }
    const decode = async () => {
      const skipped = (block.top - whole.top) * rowBytes(block.width * block.samples, bits);
      const stored = readBlock(directory, layout, block, { offset: offset + shift + skipped, count });
      return await decodeBlock(directory, layout, block, stored);
    };
    const data = cache ? await cache.get(`${number} ${block.index}`, decode) : await decode();
    place(data, block, part, samples, out);
  }
  return out;
}

function refuseBlock({ tiled }: PlaneLayout, size: number): string {
  return `each of its ${tiled ? "tiles" : "strips"} takes ${(size / 2 ** 30).toFixed(1)} GiB: ` +
    "save it with tiles of 512 × 512 pixels";
}

/** Returns the rows of a block that lie in a part: rows without compression can be read alone. */
function rowsWithin(block: Block, part: Rectangle): Block {
  const top = Math.max(block.top, part.y), end = Math.min(block.top + block.rows, part.y + part.height);
  return { ...block, top, rows: end - top };
}

function allocateFilled({ kind, bits }: PlaneLayout, { width, rows, samples }: Block, value: number): Samples {
  const data = allocate(kind, bits, width * rows * samples);
  if (data instanceof BigInt64Array || data instanceof BigUint64Array) data.fill(BigInt(Math.round(value)));
  else data.fill(value);
  return data;
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

/** Copies a block's samples to their position in the part that is read. */
function place(data: Samples, block: Block, part: Rectangle, samples: number, out: Samples): void {
  // All blocks of a picture have the same array type.
  const source = data as Uint8Array, target = out as Uint8Array;
  const left = Math.max(block.left, part.x), right = Math.min(block.left + block.width, part.x + part.width);
  const top = Math.max(block.top, part.y), bottom = Math.min(block.top + block.rows, part.y + part.height);
  for (let y = top; y < bottom; y++) {
    const from = ((y - block.top) * block.width + left - block.left) * block.samples;
    const to = ((y - part.y) * part.width + left - part.x) * samples + block.sample, columns = right - left;
    if (block.samples === samples) target.set(source.subarray(from, from + columns * samples), to);
    else for (let x = 0; x < columns; x++) target[to + x * samples] = source[from + x];
  }
}
