import type { ImageSize, LabeledObjects } from "../labeled_objects.ts";
import { type TileJoin, TileMerger } from "../tile_merger.ts";
import type { Rectangle } from "../tile_rectangles.ts";
import { BoxCollector, type ObjectBoxes } from "./object_boxes.ts";
import { chooseTileLayout, type TileLayout, tileRows } from "./tile_layout.ts";

/** Rows of an image from left to right. */
export interface Rows<Data> {
  /** First row. */
  top: number;
  /** Number of rows. */
  height: number;
  data: Data;
}

/** How {@linkcode RowLabeler} finds objects. */
export interface RowLabelerOptions {
  /** Probabilities per pixel. Default 1. */
  classes?: number;
  /** Finds the objects of a tile in its probabilities. */
  find(map: Float32Array, size: ImageSize): LabeledObjects;
  /** When objects of two tiles are one. Default `touch`. */
  join?: TileJoin;
  /** Size of the tiles. Default: chosen for the image. */
  tiles?: TileLayout;
}

/** The objects of a large image. */
export interface RowObjects {
  /** Number of objects. */
  count: number;
  /** The object of each provisional number; 0 for background. */
  numbers: Uint32Array;
  /** Boxes by the object's number. */
  boxes: ObjectBoxes;
  /** Class of each object by its number, if there are classes. */
  classes?: Uint8Array;
}

/**
 * Finds the objects of an image that does not fit into memory, from top to bottom: in overlapping tiles, whose objects
 * are joined by {@linkcode TileMerger}. Rows come out with provisional numbers as soon as they are complete; which object a
 * number means is known at the end.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { findInstances, RowLabeler } from "lib/objects";
 *
 * const labeler = new RowLabeler({ width: 2, height: 3 }, {
 *   find: (map, size) => findInstances("foreground", map, size, { threshold: 0.5 }),
 * });
 * const rows = [...labeler.add({ top: 0, height: 3, data: Float32Array.of(1, 0, 0, 0, 0, 1) })];
 * const { count, numbers } = labeler.finish();
 * assert.equal(count, 2);
 * assert.deepEqual(rows.flatMap(({ data }) => [...data].map((number) => numbers[number])), [1, 0, 0, 0, 0, 2]);
 * ```
 */
export class RowLabeler {
  readonly #size: ImageSize;
  readonly #channels: number;
  readonly #find: RowLabelerOptions["find"];
  readonly #rows: Rectangle[][];
  readonly #merger: TileMerger;
  readonly #boxes = new BoxCollector();
  /** Probabilities of the next row of tiles, as far as they are known. */
  readonly #map: Float32Array;
  #known = 0;
  /** Provisional numbers of the same rows. */
  readonly #labels: Uint32Array;
  /** The next row of tiles, and its first tile. */
  #next = 0;
  #tile = 0;
  /** The first provisional number of each tile. */
  readonly #firsts: number[] = [];
  #numbers = 1;
  #classes?: number[];
  /** Number of rows and columns that neighbouring tiles share: larger objects may be divided. */
  readonly overlap: number;

  constructor(size: ImageSize, { classes = 1, find, join = "touch", tiles }: RowLabelerOptions) {
    const layout = tiles ?? chooseTileLayout(size, classes);
    this.#size = size;
    this.#channels = classes;
    this.#find = find;
    this.#rows = tileRows(size, layout);
    this.#merger = new TileMerger(this.#rows.flat(), size, join);
    const pixels = this.#rows[0][0].height * size.width;
    this.#map = new Float32Array(pixels * classes);
    this.#labels = new Uint32Array(pixels);
    this.overlap = layout.overlap;
  }

  /** Adds the next rows of the map. Yields rows of provisional numbers, 0 for background. */
  *add({ height, data }: Rows<Float32Array>): Generator<Rows<Uint32Array>> {
    const row = this.#size.width * this.#channels;
    for (let taken = 0; taken < height;) {
      const room = this.#rows[this.#next][0].height - this.#known, count = Math.min(room, height - taken);
      this.#map.set(data.subarray(taken * row, (taken + count) * row), this.#known * row);
      this.#known += count;
      taken += count;
      if (count === room) yield this.#labelTiles();
    }
  }

  /** Labels the next row of tiles, and returns the rows that no later tile changes. */
  #labelTiles(): Rows<Uint32Array> {
    const tiles = this.#rows[this.#next++], { width } = this.#size, [{ y: top, height }] = tiles;
    for (const tile of tiles) this.#labelTile(tile);
    const end = this.#rows[this.#next]?.[0].y ?? top + height, complete = (end - top) * width;
    const rows = { top, height: end - top, data: this.#labels.slice(0, complete) };
    this.#labels.copyWithin(0, complete);
    this.#labels.fill(0, this.#labels.length - complete);
    this.#map.copyWithin(0, complete * this.#channels);
    this.#known -= end - top;
    return rows;
  }

  #labelTile(tile: Rectangle): void {
    const index = this.#tile++, first = this.#numbers - 1, channels = this.#channels, { width } = this.#size;
    const map = new Float32Array(tile.width * tile.height * channels);
    for (let y = 0; y < tile.height; y++) {
      const from = (y * width + tile.x) * channels, row = tile.width * channels;
      map.set(this.#map.subarray(from, from + row), y * row);
    }
    const { labels: { data, classes }, count } = this.#find(map, tile);
    this.#merger.add(index, data);
    this.#firsts.push(first);
    this.#numbers += count;
    this.#boxes.reserve(this.#numbers);
    if (classes) {
      this.#classes ??= [];
      for (let i = 0; i < data.length; i++) if (data[i]) this.#classes[first + data[i]] = classes[i];
    }
    const decided = this.#merger.decidedPixels(index);
    for (let y = 0, i = 0; y < tile.height; y++) {
      for (let x = 0, to = y * width + tile.x; x < tile.width; x++, i++, to++) {
        if (!decided[i] || data[i] === 0) continue;
        const number = first + data[i];
        this.#labels[to] = number;
        this.#boxes.add(number, tile.x + x, tile.y + y);
      }
    }
  }

  /**
   * Numbers the objects, after all rows were added: in reading order, with classes those of each class after another.
   *
   * @throws {RangeError} if rows are missing.
   */
  finish(): RowObjects {
    const { count, numbers: perTile } = this.#merger.finish(), numbers = new Uint32Array(this.#numbers);
    perTile.forEach((tile, index) => numbers.set(tile.subarray(1), this.#firsts[index] + 1));
    const known = this.#classes;
    if (!known) return { count, numbers, boxes: this.#boxes.joined(numbers, count) };
    const found = new Uint8Array(count + 1);
    numbers.forEach((number, k) => found[number] = number > 0 ? known[k] : 0);
    // The sort is stable, so that the objects of a class stay in reading order.
    const order = Array.from({ length: count }, (_, k) => k + 1).sort((a, b) => found[a] - found[b]);
    const renumbered = new Uint32Array(count + 1);
    order.forEach((number, k) => renumbered[number] = k + 1);
    for (let k = 0; k < numbers.length; k++) numbers[k] = renumbered[numbers[k]];
    const classes = Uint8Array.from([0, ...order], (number) => found[number]);
    return { count, numbers, boxes: this.#boxes.joined(numbers, count), classes };
  }
}
