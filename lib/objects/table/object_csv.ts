import { columnDimension } from "../measure/object_columns.ts";
import type { ObjectTable } from "../measure/object_table.ts";
import { type Cell, csvRows } from "./csv.ts";

/** Ends of the columns' names in files with lengths in µm. They are ASCII, for programs that read no other header. */
const UNITS = { length: "_um", area: "_um2" } as const;

/** Options of {@linkcode objectCsv}. */
export interface ObjectCsvOptions {
  /** Name of the image, for a first column `image`. Default: there is no such column. */
  image?: string;
  /** Whether the first line has the columns' names. Default true. */
  header?: boolean;
  /**
   * Names of the classes from 1 on, of a table with a column `class`: they are in a column `class_name` after it. Default:
   * there is no such column.
   */
  classNames?: readonly string[];
}

/**
 * Returns the names of a table's columns in a file. Where the size of a pixel is known, names end with the unit:
 * `area_um2` in µm², `perimeter_um` in µm. Names without a unit are in pixels, in radians (`orientation`), in the
 * image's unit (`intensity_mean`), or are ratios.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { measureObjects, objectCsvHeader } from "lib/objects";
 *
 * const labels = { width: 1, height: 1, data: Uint16Array.of(1) };
 * assert.equal(objectCsvHeader(measureObjects(labels))[1], "area");
 * assert.equal(objectCsvHeader(measureObjects(labels, undefined, { pixelSize: 0.5 }))[1], "area_um2");
 * ```
 */
export function objectCsvHeader({ columns, pixelSides }: ObjectTable): string[] {
  return Array.from(columns.keys(), (name) => {
    const dimension = columnDimension(name);
    return pixelSides && dimension ? name + UNITS[dimension] : name;
  });
}

/**
 * Formats a table of objects as CSV (RFC 4180, UTF-8). Numbers keep all their digits, a measure that an object does not
 * have is an empty cell.
 *
 * @returns one line per object, after a line with the names of {@linkcode objectCsvHeader}
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { measureObjects, objectCsv } from "lib/objects";
 *
 * const table = measureObjects({ width: 2, height: 1, data: Uint16Array.of(1, 1) });
 * const [header, row] = objectCsv(table, { image: "a.tif" }).split("\r\n");
 * assert.match(header, /^image,label,area,bbox-0/);
 * assert.match(row, /^a\.tif,1,2,0/);
 * ```
 */
export function objectCsv(
  table: ObjectTable,
  { image, header = true, classNames }: ObjectCsvOptions = {},
): string {
  const columns = [...table.columns.values()], before = (cell: string) => image === undefined ? [] : [cell];
  const names = [...table.columns.keys()], at = classNames ? names.indexOf("class") : -1;
  const withName = (cells: Cell[], name: () => Cell) => at < 0 ? cells : cells.toSpliced(at + 1, 0, name());
  function* rows(): Generator<Cell[]> {
    if (header) yield [...before("image"), ...withName(objectCsvHeader(table), () => "class_name")];
    for (let k = 0; k < table.count; k++) {
      const cells = columns.map((values) => values[k]);
      yield [...before(image!), ...withName(cells, () => classNames![columns[at][k] - 1])];
    }
  }
  return csvRows(rows());
}
