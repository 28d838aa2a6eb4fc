import type { Range } from "../engine/engine_layers.ts";
import type { TileSize } from "./winograd_matrices.ts";

/** Tiles along a line that read and write the same of their pixels. */
export interface TileRun {
  /** Index of the first tile, and number of tiles. */
  first: number;
  count: number;
  /** The pixels that a tile reads, from the one before its first on, that are inside the line. */
  inside: Range;
  /** How many of its pixels the tile writes. */
  written: number;
}

/**
 * Cuts the pixels `from` to `to` of a line into tiles. Those at the ends see the padding beside the line.
 *
 * @param length pixels of the line
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { tileRuns } from "lib/nn/winograd/tile_runs.ts";
 *
 * assert.deepEqual(tileRuns(5, { first: 0, end: 5 }, 2), [
 *   { first: 0, count: 1, inside: { first: 1, end: 4 }, written: 2 },
 *   { first: 1, count: 1, inside: { first: 0, end: 4 }, written: 2 },
 *   { first: 2, count: 1, inside: { first: 0, end: 2 }, written: 1 },
 * ]);
 * ```
 */
export function tileRuns(length: number, { first: from, end: to }: Range, tile: TileSize): TileRun[] {
  const runs: TileRun[] = [];
  for (let index = 0; from + index * tile < to; index++) {
    const start = from + index * tile - 1;
    const inside = { first: Math.max(0, -start), end: Math.min(tile + 2, length - start) };
    const written = Math.min(tile, to - start - 1), last = runs.at(-1);
    const isSame = last && last.inside.first === inside.first && last.inside.end === inside.end &&
      last.written === written;
    if (isSame) last.count++;
    else runs.push({ first: index, count: 1, inside, written });
  }
  return runs;
}

/** Returns the number of tiles of runs. */
export function countTiles(runs: readonly TileRun[]): number {
  return runs.reduce((sum, { count }) => sum + count, 0);
}

/** Returns the number of tiles of a line. With a dilation, pixels that are so far apart form lines of their own. */
export function lineTiles(length: number, dilation: number, tile: TileSize): number {
  const longer = length % dilation, short = Math.floor(length / dilation);
  return longer * Math.ceil((short + 1) / tile) + (dilation - longer) * Math.ceil(short / tile);
}
