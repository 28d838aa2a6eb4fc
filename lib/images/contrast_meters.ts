import { quantiles } from "../math/quantiles.ts";

/** Side of a block in pixels. */
export const BLOCK = 5;
/** Distance in pixels at which noise is hardly correlated, while the underlying brightness is mostly the same. */
const DISTANCE = 4;
/** Maximum number of differences that are used: they give the noise within half a percent. */
const MAX_DIFFERENCES = 2 ** 17;
/** Standard deviation of a normal distribution, divided by its median absolute value. */
const DEVIATION_PER_MEDIAN = 1 / 0.6744897501960817;
/**
 * Estimates the standard deviation of the noise from the median difference of nearby pixels, which is robust to cells
 * and edges.
 */
export class NoiseMeter {
  /** Number of rows below those that are added, as far as the image has them. */
  static readonly HALO = DISTANCE;
  readonly #width: number;
  readonly #pixels: number;
  readonly #step: number;
  readonly #differences: Float32Array;
  #count = 0;

  constructor({ width, height }: { width: number; height: number }) {
    this.#width = width;
    this.#pixels = width * height;
    this.#step = Math.max(1, Math.ceil(2 * this.#pixels / MAX_DIFFERENCES));
    this.#differences = new Float32Array(2 * Math.ceil(this.#pixels / this.#step));
  }

  /**
   * Adds rows of the image.
   *
   * @param grey the rows, and those below them
   * @param top first row
   * @param rows number of rows to add
   */
  add(grey: Float32Array, top: number, rows: number): void {
    const width = this.#width, step = this.#step, start = top * width, end = start + rows * width;
    for (let i = Math.ceil(start / step) * step; i < end; i += step) {
      const here = grey[i - start];
      if (i % width + DISTANCE < width) this.#push(here - grey[i - start + DISTANCE]);
      if (i + DISTANCE * width < this.#pixels) this.#push(here - grey[i - start + DISTANCE * width]);
    }
  }

  #push(difference: number): void {
    this.#differences[this.#count++] = Math.abs(difference);
  }

  /** Returns the standard deviation, in the image's unit. */
  deviation(): number {
    if (this.#count === 0) return 0;
    const [median] = quantiles(this.#differences.slice(0, this.#count), [0.5]);
    return median * DEVIATION_PER_MEDIAN / Math.SQRT2;
  }
}

/** Means of whole blocks of pixels. */
export class BlockMeans {
  readonly #width: number;
  readonly #columns: number;
  readonly #rows: number;
  /** Empty for an image that is smaller than a block. */
  readonly means: Float32Array;

  constructor({ width, height }: { width: number; height: number }) {
    this.#width = width;
    this.#columns = Math.floor(width / BLOCK);
    this.#rows = Math.floor(height / BLOCK);
    this.means = new Float32Array(this.#columns * this.#rows);
  }

  /** Adds rows of the image: see {@linkcode NoiseMeter.add}. */
  add(grey: Float32Array, top: number, rows: number): void {
    const last = Math.min(top + rows, this.#rows * BLOCK), { means } = this;
    for (let y = top; y < last; y++) {
      const row = Math.floor(y / BLOCK) * this.#columns, from = (y - top) * this.#width;
      for (let x = 0; x < this.#columns * BLOCK; x++) means[row + Math.floor(x / BLOCK)] += grey[from + x] / BLOCK ** 2;
    }
  }
}
