import { crc32 } from "../../../io/crc32.ts";
import { viewBytes } from "../format.ts";
import { DamagedError } from "../damaged_error.ts";

/** A chunk of a PNG file. */
export interface PngChunk {
  /** Four letters; a small first letter marks a chunk that a reader may ignore. */
  type: string;
  data: Uint8Array;
}

/** The content of a PNG's first chunk. */
export interface PngHeader {
  width: number;
  height: number;
  bits: number;
  colourType: number;
  interlaced: boolean;
}

/** The allowed depths of each colour type. */
const DEPTHS: Record<number, readonly number[]> = {
  0: [1, 2, 4, 8, 16],
  2: [8, 16],
  3: [1, 2, 4, 8],
  4: [8, 16],
  6: [8, 16],
};

/**
 * Yields a PNG's chunks of given types, up to its end. Damaged optional chunks are left out.
 *
 * @throws {Error} if a chunk that is necessary for the pixels is damaged.
 */
export function* pngChunks(bytes: Uint8Array, types: readonly string[]): Generator<PngChunk> {
  const view = viewBytes(bytes, 8);
  for (let at = 8; at + 8 <= bytes.length;) {
    const length = view.getUint32(at);
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    const end = at + 8 + length, needed = type[0] >= "A" && type[0] <= "Z";
    if (type === "IEND") return;
    if (!types.includes(type)) {
      at = end + 4;
      continue;
    }
    if (end + 4 > bytes.length) {
      if (!needed) return;
      throw new DamagedError(`it ends after ${bytes.length} bytes, within its chunk ${type}: the file is cut off`);
    }
    const sound = crc32(bytes.subarray(at + 4, end)) === view.getUint32(end);
    if (needed && !sound) {
      throw new DamagedError(`its chunk ${type} at byte ${at} has a wrong checksum: the file is damaged`);
    }
    if (sound) yield { type, data: bytes.subarray(at + 8, end) };
    at = end + 4;
  }
}

/** Reads and checks a PNG's header. */
export function readPngHeader(bytes: Uint8Array): PngHeader {
  viewBytes(bytes, 33);
  const first = pngChunks(bytes, ["IHDR", "CgBI"]).next().value;
  if (first?.type === "CgBI") throw new Error("it is Apple's variant of PNG (CgBI): save it again as PNG");
  if (first?.type !== "IHDR" || first.data.length !== 13) throw new Error("it does not begin with a PNG header");
  const view = viewBytes(first.data, 13);
  const [bits, colourType, compression, filter, interlace] = first.data.subarray(8);
  const header = {
    width: view.getUint32(0),
    height: view.getUint32(4),
    bits,
    colourType,
    interlaced: interlace === 1,
  };
  if (!DEPTHS[colourType]?.includes(bits) || compression !== 0 || filter !== 0 || interlace > 1) {
    throw new DamagedError(
      `its header (${[...first.data.subarray(8)].join(" ")}) is not valid for a PNG: the file is damaged`,
    );
  }
  return header;
}
