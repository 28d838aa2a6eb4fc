import type { PlaneLayout } from "./layout.ts";
import { rowBytes } from "./unpack.ts";

/** A strip or tile of a picture. */
export interface Block {
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

/** Lists the strips or tiles of a picture, in the order in which the file lists them. */
export function* listBlocks(layout: PlaneLayout): Generator<Block> {
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

/** Returns the number of strips or tiles of a picture. */
export function countBlocks({ width, height, samples, separate, blockWidth, blockHeight }: PlaneLayout): number {
  return Math.ceil(width / blockWidth) * Math.ceil(height / blockHeight) * (separate ? samples : 1);
}

/** Returns the size of a block in bytes, decoded. */
export function storedSize({ bits }: PlaneLayout, { width, rows, samples }: Block): number {
  return rows * rowBytes(width * samples, bits);
}
