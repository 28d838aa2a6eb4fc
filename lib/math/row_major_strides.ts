/**
 * Returns the number of elements between neighbours along each axis of an array in row-major order.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { rowMajorStrides } from "lib/math/row_major_strides.ts";
 *
 * assert.deepEqual(rowMajorStrides([2, 3, 4]), [12, 4, 1]);
 * ```
 */
export function rowMajorStrides(shape: readonly number[]): number[] {
  return shape.map((_, axis) => shape.slice(axis + 1).reduce((product, side) => product * side, 1));
}
