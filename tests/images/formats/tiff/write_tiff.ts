import { deflateSync } from "node:zlib";

/** A page of a TIFF to write. */
export interface TiffPage {
  width: number;
  height: number;
  /** Samples row by row, channels interleaved. */
  data: Uint8Array | Uint16Array | Int16Array | Uint32Array | Float32Array | Float64Array;
  /** Side of square tiles; left out, one strip. */
  tile?: number;
  deflate?: boolean;
  /** Tag 270; several are repeated tags. Default: none. */
  description?: string | readonly string[];
  /** Tag 305. Default: none. */
  software?: string;
  /** 1 is grey, 2 is red, green, blue. Default 1. */
  photometric?: number;
  /** NewSubfileType: 1 marks a thumbnail. */
  subfile?: number;
  /** Tag 274, 1 to 8. Default: none. */
  orientation?: number;
}

type Entry = [tag: number, type: 2 | 3 | 4, values: number[] | string];

/** The smallest TIFF encoder that tests need: little-endian, any sample type, strips or tiles, several pages. */
export function writeTiff(pages: readonly TiffPage[]): Uint8Array {
  const chunks: Uint8Array[] = [new Uint8Array(8)];
  let length = 8;
  const append = (bytes: Uint8Array) => {
    const at = length;
    const padded = new Uint8Array(bytes.length + bytes.length % 2);
    padded.set(bytes);
    chunks.push(padded);
    length += padded.length;
    return at;
  };
  const directories: { at: number; next: number }[] = [];
  for (
    const { width, height, data, tile, deflate, description, photometric = 1, subfile, orientation, software } of pages
  ) {
    const channels = data.length / (width * height), size = data.BYTES_PER_ELEMENT;
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    const pieces: Uint8Array[] = [];
    if (tile) {
      for (let top = 0; top < height; top += tile) {
        for (let left = 0; left < width; left += tile) {
          const piece = new Uint8Array(tile * tile * channels * size);
          for (let y = 0; y < tile && top + y < height; y++) {
            const from = ((top + y) * width + left) * channels * size;
            const count = Math.min(tile, width - left) * channels * size;
            piece.set(bytes.subarray(from, from + count), y * tile * channels * size);
          }
          pieces.push(piece);
        }
      }
    } else pieces.push(bytes);
    const packed = pieces.map((piece) => deflate ? new Uint8Array(deflateSync(piece)) : piece);
    const offsets = packed.map(append), counts = packed.map((piece) => piece.length);
    const format = data instanceof Float32Array || data instanceof Float64Array
      ? 3
      : data instanceof Int16Array
      ? 2
      : 1;
    const entries: Entry[] = [
      ...(subfile === undefined ? [] : [[254, 4, [subfile]] as Entry]),
      [256, 4, [width]],
      [257, 4, [height]],
      [258, 3, new Array(channels).fill(8 * size)],
      [259, 3, [deflate ? 8 : 1]],
      [262, 3, [photometric]],
      ...[description ?? []].flat().map((text) => [270, 2, text + "\0"] as Entry),
      ...(tile ? [] : [[273, 4, offsets] as Entry]),
      ...(orientation === undefined ? [] : [[274, 3, [orientation]] as Entry]),
      [277, 3, [channels]],
      ...(tile ? [] : [[278, 4, [height]] as Entry, [279, 4, counts] as Entry]),
      ...(software === undefined ? [] : [[305, 2, software + "\0"] as Entry]),
      ...(tile
        ? [[322, 4, [tile]] as Entry, [323, 4, [tile]] as Entry, [324, 4, offsets] as Entry, [325, 4, counts] as Entry]
        : []),
      [339, 3, new Array(channels).fill(format)],
    ];
    const directory = new DataView(new ArrayBuffer(2 + 12 * entries.length + 4));
    directory.setUint16(0, entries.length, true);
    for (const [i, [id, type, values]] of entries.entries()) {
      const at = 2 + 12 * i, width = { 2: 1, 3: 2, 4: 4 }[type];
      const raw = typeof values === "string" ? new TextEncoder().encode(values) : undefined;
      const count = raw?.length ?? values.length;
      const content = raw ??
        (type === 3
          ? new Uint8Array(Uint16Array.from(values as number[]).buffer)
          : new Uint8Array(Uint32Array.from(values as number[]).buffer));
      directory.setUint16(at, id, true);
      directory.setUint16(at + 2, type, true);
      directory.setUint32(at + 4, count, true);
      if (count * width <= 4) new Uint8Array(directory.buffer).set(content, at + 8);
      else directory.setUint32(at + 8, append(content), true);
    }
    const at = append(new Uint8Array(directory.buffer));
    directories.push({ at, next: at + 2 + 12 * entries.length });
  }
  const out = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    out.set(chunk, at);
    at += chunk.length;
  }
  const view = new DataView(out.buffer);
  view.setUint32(0, 0x002a4949, true);
  view.setUint32(4, directories[0].at, true);
  directories.forEach(({ next }, i) => view.setUint32(next, directories[i + 1]?.at ?? 0, true));
  return out;
}
