import type { BoundingBox } from "./bounding_box.ts";
import { type Chain, convexChain } from "./convex_chain.ts";
import type { ObjectRuns } from "./object_runs.ts";

/**
 * Rasterises objects' convex hulls. A pixel counts as the four middles of its sides, as in scikit-image's
 * `convex_hull_image`; pixels whose centre lies in the hull or on its edge belong to it. Coordinates are doubled, so
 * that all of them are whole numbers. The buffers serve one object after the other.
 */
export class ConvexHull {
  /** Columns of the hull's first and last pixel in each row of the bounding box. */
  readonly left: Int32Array;
  readonly right: Int32Array;
  /** Number of rows. */
  rows = 0;
  /** Number of pixels. */
  area = 0;

  readonly #low: Float64Array;
  readonly #high: Float64Array;
  readonly #chain: Chain;

  /** @param height maximum number of rows of an object */
  constructor(height: number) {
    this.left = new Int32Array(height);
    this.right = new Int32Array(height);
    this.#low = new Float64Array(2 * height + 1);
    this.#high = new Float64Array(2 * height + 1);
    this.#chain = { points: new Int32Array(2 * height + 1), length: 0 };
  }

  /** Computes the hull of the object at a position in the runs. */
  measure({ first, row, start, end }: ObjectRuns, object: number, { top, bottom }: BoundingBox): void {
    const low = this.#low, high = this.#high, count = 2 * (bottom - top) + 1;
    low.fill(Infinity, 0, count);
    high.fill(-Infinity, 0, count);
    // Position 2y + 1 is the centre of row y, with the outer sides; 2y and 2y + 2 are its upper and lower sides.
    for (let run = first[object]; run < first[object + 1]; run++) {
      const at = 2 * (row[run] - top) + 1, a = 2 * start[run], b = 2 * (end[run] - 1);
      low[at - 1] = Math.min(low[at - 1], a);
      low[at] = Math.min(low[at], a - 1);
      low[at + 1] = Math.min(low[at + 1], a);
      high[at - 1] = Math.max(high[at - 1], b);
      high[at] = Math.max(high[at], b + 1);
      high[at + 1] = Math.max(high[at + 1], b);
    }
    this.rows = bottom - top;
    convexChain(low, count, 1, this.#chain);
    this.#cutRows(low, this.left, Math.ceil);
    convexChain(high, count, -1, this.#chain);
    this.#cutRows(high, this.right, Math.floor);
    let area = 0;
    for (let y = 0; y < this.rows; y++) area += this.right[y] - this.left[y] + 1;
    this.area = area;
  }

  /** Cuts the rows' centres with the chain, and rounds to whole pixels. */
  #cutRows(values: Float64Array, out: Int32Array, round: (x: number) => number): void {
    const { points, length } = this.#chain;
    for (let k = 1; k < length; k++) {
      const a = points[k - 1], b = points[k], span = b - a, base = values[a] * span, slope = values[b] - values[a];
      // One division of whole numbers: a quotient is a whole number only if the exact one is.
      for (let at = a + 1 - a % 2; at <= b; at += 2) {
        out[(at - 1) / 2] = round((base + slope * (at - a)) / (2 * span));
      }
    }
  }
}
