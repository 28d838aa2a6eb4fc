import type { Rectangle } from "../../rectangle.ts";
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

/**
 * Lists the strips or tiles that touch a part of a picture, in the order in which the file lists them.
 *
 * @param chosen the samples whose blocks are listed, if they are stored separately. Default: all
 */
export function* listBlocks(layout: PlaneLayout, part: Rectangle, chosen?: readonly number[]): Generator<Block> {
  const { width, height, samples, separate, blockWidth, blockHeight, tiled } = layout;
  const across = Math.ceil(width / blockWidth), down = Math.ceil(height / blockHeight);
  const planes = separate ? chosen ?? Array.from({ length: samples }, (_, sample) => sample) : [0];
  const right = Math.min(across, Math.ceil((part.x + part.width) / blockWidth));
  const bottom = Math.min(down, Math.ceil((part.y + part.height) / blockHeight));
  for (const sample of planes) {
    for (let row = Math.floor(part.y / blockHeight); row < bottom; row++) {
      const top = row * blockHeight, rows = tiled ? blockHeight : Math.min(blockHeight, height - top);
      for (let column = Math.floor(part.x / blockWidth); column < right; column++) {
        const index = (sample * down + row) * across + column, left = column * blockWidth;
        yield { index, left, top, width: blockWidth, rows, sample, samples: separate ? 1 : samples };
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
