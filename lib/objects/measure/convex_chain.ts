/** A convex chain: its points' positions, in ascending order. */
export interface Chain {
  /** Positions in the values; only the first `length` are used. */
  points: Int32Array;
  length: number;
}

/**
 * Finds the chain of a polygon's convex hull on one side: the smallest convex curve of points `(i, sign × values[i])`
 * (Andrew 1979, monotone chain).
 *
 * @param values whole numbers; an infinite value is no point
 * @param count number of values that are used
 * @param sign 1 for the side of small values, −1 for that of large ones
 * @param chain buffer for the result, with at least `count` points
 */
export function convexChain(values: Float64Array, count: number, sign: 1 | -1, chain: Chain): void {
  const { points } = chain;
  let length = 0;
  for (let i = 0; i < count; i++) {
    const value = sign * values[i];
    if (!Number.isFinite(value)) continue;
    while (length > 1) {
      const b = points[length - 1], a = points[length - 2];
      const valueA = sign * values[a], valueB = sign * values[b];
      if ((valueB - valueA) * (i - a) < (value - valueA) * (b - a)) break;
      length--;
    }
    points[length++] = i;
  }
  chain.length = length;
}
