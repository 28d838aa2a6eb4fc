import { objectOverlaps } from "../evaluate/object_overlaps.ts";
import { checkLength } from "./check_length.ts";
import type { ImageSize } from "./labeled_objects.ts";
import { crop, decidedPixels, intersection, type Rectangle } from "./tile_rectangles.ts";

/**
 * When objects of two tiles are one: `touch` if they share a pixel, for connected components; `overlap` if they share
 * half of their pixels in the tiles' overlap, for objects that a watershed divided.
 */
export type TileJoin = "touch" | "overlap";

/** Numbers of a whole image's objects, from {@linkcode TileMerger.finish}. */
export interface MergedNumbers {
  /** Number of objects. */
  count: number;
  /** For each tile, the number in the whole image of each of the tile's labels; 0 for a label without own pixels. */
  numbers: Uint32Array[];
}

/**
 * Joins the objects of overlapping tiles, so that an object across a seam is found whole. Only the overlaps are kept in
 * memory: first add the labels of every tile, then renumber each tile with the result.
 *
 * Connected components come out as those of the whole image if neighbouring tiles overlap by one pixel or more. For
 * objects that a watershed divided, let tiles overlap by twice the diameter of the largest group of touching objects:
 * then each tile sees the objects that it decides with all their neighbours.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { TileMerger } from "lib/objects";
 *
 * const merger = new TileMerger([
 *   { x: 0, y: 0, width: 3, height: 1 },
 *   { x: 2, y: 0, width: 3, height: 1 },
 * ], { width: 5, height: 1 });
 * merger.add(0, [1, 0, 2]);
 * merger.add(1, [1, 1, 0]);
 * const { count, numbers } = merger.finish();
 * assert.equal(count, 2);
 * assert.deepEqual(numbers.map((each) => [...each]), [[0, 1, 2], [0, 2]]);
 * ```
 */
export class TileMerger {
  readonly #tiles: readonly Rectangle[];
  readonly #size: ImageSize;
  readonly #join: TileJoin;
  /** Parent of each object of any tile in the union-find forest. */
  readonly #parent: number[] = [];
  /** First own pixel of each object, counted in the whole image. */
  readonly #first: number[] = [];
  /** Where the objects of each added tile are in the forest; label 0 takes a place. */
  readonly #spans: ({ start: number; length: number } | undefined)[];
  /** Labels in overlaps with tiles that are not added yet, by both indices. */
  readonly #overlaps = new Map<string, Uint32Array>();

  /**
   * @param tiles rectangles that cover the image
   * @param size width and height of the image in pixels
   * @param join when objects of two tiles are one. Default `touch`.
   * @throws {RangeError} if a tile is outside the image.
   */
  constructor(tiles: readonly Rectangle[], size: ImageSize, join: TileJoin = "touch") {
    for (const { x, y, width, height } of tiles) {
      if (x >= 0 && y >= 0 && width > 0 && height > 0 && x + width <= size.width && y + height <= size.height) continue;
      throw new RangeError(
        `The tile of ${width} × ${height} pixels at ${x}, ${y} is outside the image of ${size.width} × ${size.height}`,
      );
    }
    this.#tiles = tiles;
    this.#size = size;
    this.#join = join;
    this.#spans = tiles.map(() => undefined);
  }

  /**
   * Adds the labels of a tile.
   *
   * @param index the tile's index
   * @param labels 0 for background, otherwise small numbers from 1, `[height, width]` of the tile
   * @throws {RangeError} if the labels have another size, or the tile was added before.
   */
  add(index: number, labels: ArrayLike<number>): void {
    const tile = this.#tiles[index];
    checkLength(labels, tile, `label image of tile ${index}`);
    if (this.#spans[index]) throw new RangeError(`Tile ${index} was added before`);
    const start = this.#parent.length, decided = this.decidedPixels(index);
    const place = (label: number) => {
      for (let id = this.#parent.length; id <= start + label; id++) {
        this.#parent.push(id);
        this.#first.push(Infinity);
      }
      return start + label;
    };
    place(0);
    for (let i = 0; i < labels.length; i++) {
      if (labels[i] === 0) continue;
      const id = place(labels[i]);
      if (!decided[i] || this.#first[id] < Infinity) continue;
      this.#first[id] = (tile.y + Math.floor(i / tile.width)) * this.#size.width + tile.x + i % tile.width;
    }
    this.#spans[index] = { start, length: this.#parent.length - start };
    this.#tiles.forEach((other, k) => {
      const shared = k === index ? undefined : intersection(tile, other);
      if (!shared) return;
      const here = crop(labels, tile, shared), there = this.#overlaps.get(`${k} ${index}`);
      if (!there) return void this.#overlaps.set(`${index} ${k}`, here);
      this.#overlaps.delete(`${k} ${index}`);
      this.#unite(here, start, there, this.#spans[k]!.start);
    });
  }

  /**
   * Numbers the objects of the whole image in reading order of their first pixels.
   *
   * @throws {RangeError} if a tile is missing.
   */
  finish(): MergedNumbers {
    const spans = this.#spans.map((span, index) => {
      if (!span) throw new RangeError(`Tile ${index} was not added`);
      return span;
    });
    const firsts = new Map<number, number>();
    this.#first.forEach((first, id) => {
      const root = this.#find(id);
      if (first < (firsts.get(root) ?? Infinity)) firsts.set(root, first);
    });
    const sorted = [...firsts].sort(([, a], [, b]) => a - b);
    const numbers = new Map(sorted.map(([root], i) => [root, i + 1]));
    return {
      count: sorted.length,
      numbers: spans.map(({ start, length }) =>
        Uint32Array.from({ length }, (_, k) => numbers.get(this.#find(start + k)) ?? 0)
      ),
    };
  }

  /**
   * Returns the pixels of a tile that it decides, where it sees more of the surroundings than other tiles. Write only
   * these to the label image of the whole image.
   *
   * @returns 1 or 0, `[height, width]` of the tile
   */
  decidedPixels(index: number): Uint8Array {
    return decidedPixels(this.#tiles, index, this.#size);
  }

  #unite(here: Uint32Array, start: number, there: Uint32Array, otherStart: number): void {
    if (this.#join === "touch") {
      for (let i = 0; i < here.length; i++) {
        if (here[i] && there[i]) this.#union(start + here[i], otherStart + there[i]);
      }
      return;
    }
    const { trueLabels, predictedLabels, pairs } = objectOverlaps(here, there);
    for (const { truth, predicted, iou } of pairs) {
      if (iou >= 0.5) this.#union(start + trueLabels[truth], otherStart + predictedLabels[predicted]);
    }
  }

  #union(a: number, b: number): void {
    const left = this.#find(a), right = this.#find(b);
    this.#parent[Math.max(left, right)] = Math.min(left, right);
  }

  #find(id: number): number {
    const parent = this.#parent;
    while (parent[id] !== id) id = parent[id] = parent[parent[id]];
    return id;
  }
}
