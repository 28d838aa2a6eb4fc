/** Measurements of the objects of one image. */
export interface ObjectTable {
  /** Number of objects. */
  count: number;
  /** Height and width of a pixel in µm; absent if lengths are in pixels. */
  pixelSides?: readonly [height: number, width: number];
  /** The columns in order, each with one number per object. NaN is a measure that an object does not have. */
  columns: ReadonlyMap<string, Float64Array>;
}

/**
 * Returns a column of a table.
 *
 * @param name name of a column, as in scikit-image's `regionprops_table`
 * @returns one number per object
 * @throws {RangeError} if the table has no such column; the message lists those that it has.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { measureObjects, objectColumn } from "lib/objects";
 *
 * const table = measureObjects({ width: 3, height: 1, data: Uint16Array.of(1, 1, 2) });
 * assert.deepEqual([...objectColumn(table, "area")], [2, 1]);
 * ```
 */
export function objectColumn({ columns }: ObjectTable, name: string): Float64Array {
  const column = columns.get(name);
  if (!column) throw new RangeError(`There is no column "${name}": choose one of ${[...columns.keys()].join(", ")}`);
  return column;
}

/**
 * Yields the objects of a table, each as a record of its measures by column.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { measureObjects, objectRows } from "lib/objects";
 *
 * const table = measureObjects({ width: 3, height: 1, data: Uint16Array.of(1, 1, 2) });
 * assert.deepEqual([...objectRows(table)].map(({ label, area }) => [label, area]), [[1, 2], [2, 1]]);
 * ```
 */
export function* objectRows({ count, columns }: ObjectTable): Generator<Record<string, number>> {
  for (let k = 0; k < count; k++) {
    yield Object.fromEntries(Array.from(columns, ([name, values]) => [name, values[k]]));
  }
}
