import type { MapRows } from "./map_rows.ts";
import { addTile, type Tile } from "./tile_pixels.ts";

/** Sums the weighted tiles of an image from top to bottom, and keeps only the rows that are not complete. */
export class RowAccumulator {
  readonly #width: number;
  readonly #height: number;
  readonly #classes: number;
  /** First row in memory. */
  #top = 0;
  #rows = new Float32Array(0);

  constructor({ width, height }: { width: number; height: number }, classes: number) {
    this.#width = width;
    this.#height = height;
    this.#classes = classes;
  }

  /**
   * Adds a tile.
   *
   * @param values probabilities of the tile, rows of `tileWidth` pixels
   */
  add(values: Float32Array, tile: Tile, tileWidth: number): void {
    const row = this.#width * this.#classes, needed = (tile.rows.start + tile.rows.length - this.#top) * row;
    if (needed > this.#rows.length) {
      const longer = new Float32Array(needed);
      longer.set(this.#rows);
      this.#rows = longer;
    }
    addTile(values, tile, tileWidth, this.#rows, { imageWidth: this.#width, classes: this.#classes, top: this.#top });
  }

  /** Returns the rows before `end` that were not taken yet, if there are any. */
  take(end: number): MapRows | undefined {
    const top = this.#top, height = Math.min(end, this.#height) - top, count = height * this.#width * this.#classes;
    if (height <= 0) return undefined;
    const data = this.#rows.slice(0, count);
    this.#rows.copyWithin(0, count);
    this.#rows.fill(0, Math.max(0, this.#rows.length - count));
    this.#top += height;
    return { top, height, data };
  }
}
