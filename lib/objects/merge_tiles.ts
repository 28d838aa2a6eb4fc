import { type ImageSize, type LabeledObjects, labelImage } from "./labeled_objects.ts";
import { type TileJoin, TileMerger } from "./tile_merger.ts";
import type { Rectangle } from "./tile_rectangles.ts";

/** Labels of a tile, and its place in the image. */
export interface LabelTile extends Rectangle {
  /** 0 for background, otherwise small numbers from 1, `[height, width]`. */
  labels: ArrayLike<number>;
}

/**
 * Joins the label images of overlapping tiles to that of the whole image: see {@linkcode TileMerger}, which does the same
 * for images that do not fit into memory.
 *
 * @param tiles labels that cover the image
 * @param size width and height of the image in pixels
 * @param join when objects of two tiles are one. Default `touch`.
 * @returns objects, numbered in reading order
 * @throws {RangeError} if a tile is outside the image, or its labels have another size.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { mergeTiles } from "lib/objects";
 *
 * const { labels, count } = mergeTiles([
 *   { x: 0, y: 0, width: 3, height: 1, labels: [1, 0, 2] },
 *   { x: 2, y: 0, width: 3, height: 1, labels: [1, 1, 0] },
 * ], { width: 5, height: 1 });
 * assert.equal(count, 2);
 * assert.deepEqual([...labels.data], [1, 0, 2, 2, 0]);
 * ```
 */
export function mergeTiles(tiles: readonly LabelTile[], size: ImageSize, join: TileJoin = "touch"): LabeledObjects {
  const merger = new TileMerger(tiles, size, join);
  tiles.forEach(({ labels }, index) => merger.add(index, labels));
  const { count, numbers } = merger.finish(), out = new Uint32Array(size.width * size.height);
  tiles.forEach(({ x, y, width, labels }, index) => {
    const decided = merger.decidedPixels(index);
    for (let i = 0; i < decided.length; i++) {
      if (decided[i]) out[(y + Math.floor(i / width)) * size.width + x + i % width] = numbers[index][labels[i]];
    }
  });
  return { labels: labelImage(out, size, count), count };
}
