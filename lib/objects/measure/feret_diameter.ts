import { type Chain, convexChain } from "./convex_chain.ts";
import type { ConvexHull } from "./convex_hull.ts";

/**
 * Measures maximum Feret diameters: the largest distance between two points of the contour of an object's rasterised
 * hull, as scikit-image's `feret_diameter_max`. The contour has the middle of each side between a pixel of the hull
 * and one outside. The buffers serve one object after the other.
 */
export class FeretDiameter {
  readonly #low: Float64Array;
  readonly #high: Float64Array;
  readonly #chain: Chain;
  readonly #y: Float64Array;
  readonly #x: Float64Array;

  /** @param height maximum number of rows of an object */
  constructor(height: number) {
    const size = 2 * height + 1;
    this.#low = new Float64Array(size);
    this.#high = new Float64Array(size);
    this.#chain = { points: new Int32Array(size), length: 0 };
    this.#y = new Float64Array(2 * size);
    this.#x = new Float64Array(2 * size);
  }

  /** @param sides height and width of a pixel, in units of length */
  measure({ left, right, rows }: ConvexHull, [height, width]: readonly [number, number]): number {
    const low = this.#low, high = this.#high;
    for (let y = 0; y < rows; y++) {
      low[2 * y + 1] = 2 * left[y] - 1;
      high[2 * y + 1] = 2 * right[y] + 1;
    }
    low[0] = 2 * left[0];
    high[0] = 2 * right[0];
    low[2 * rows] = 2 * left[rows - 1];
    high[2 * rows] = 2 * right[rows - 1];
    for (let y = 1; y < rows; y++) this.#betweenRows(2 * y, left[y - 1], right[y - 1], left[y], right[y]);
    let count = 0;
    for (const [values, sign] of [[low, 1], [high, -1]] as const) {
      convexChain(values, 2 * rows + 1, sign, this.#chain);
      const { points, length } = this.#chain;
      for (let k = 0; k < length; k++, count++) {
        this.#y[count] = points[k] * height / 2;
        this.#x[count] = values[points[k]] * width / 2;
      }
    }
    return this.#largestDistance(count);
  }

  /** Finds the contour's outermost points between two rows: columns that are in one row's interval only. */
  #betweenRows(at: number, left: number, right: number, nextLeft: number, nextRight: number): void {
    const sameLeft = left === nextLeft, sameRight = right === nextRight;
    this.#low[at] = sameLeft && sameRight
      ? Infinity
      : 2 * (sameLeft ? Math.min(right, nextRight) + 1 : Math.min(left, nextLeft));
    this.#high[at] = sameLeft && sameRight
      ? -Infinity
      : 2 * (sameRight ? Math.max(left, nextLeft) - 1 : Math.max(right, nextRight));
  }

  #largestDistance(count: number): number {
    const x = this.#x, y = this.#y;
    let largest = 0;
    for (let i = 1; i < count; i++) {
      for (let j = 0; j < i; j++) {
        const dx = x[i] - x[j], dy = y[i] - y[j], square = dx * dx + dy * dy;
        if (square > largest) largest = square;
      }
    }
    return Math.sqrt(largest);
  }
}
