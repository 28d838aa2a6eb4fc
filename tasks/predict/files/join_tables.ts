// @ts-types="npm:@types/d3-dsv@3.0.7"
import { csvFormatRow, csvParseRows } from "d3-dsv";

/** Returns whether a row has the names of columns: every other row has a number in its second cell. */
const isHeader = (row: readonly string[]) => row[0] === "image" && row[1] === "label";

/**
 * Joins the tables of the objects of several images. Images that differ in their columns, such as grey and colour images,
 * leave those of the others empty.
 *
 * @param paths files with one or more tables, each with its header
 */
export async function* joinTables(paths: readonly string[]): AsyncGenerator<string> {
  const columns = new Map<string, number>();
  for (const path of paths) {
    for (const row of csvParseRows(await Deno.readTextFile(path))) {
      if (isHeader(row)) { for (const name of row) if (!columns.has(name)) columns.set(name, columns.size); }
    }
  }
  if (columns.size === 0) return;
  yield `${csvFormatRow([...columns.keys()])}\r\n`;
  for (const path of paths) {
    let places: number[] = [], text = "";
    for (const row of csvParseRows(await Deno.readTextFile(path))) {
      if (isHeader(row)) {
        places = row.map((name) => columns.get(name)!);
        continue;
      }
      const cells = new Array<string>(columns.size).fill("");
      row.forEach((cell, i) => cells[places[i]] = cell);
      text += `${csvFormatRow(cells)}\r\n`;
    }
    yield text;
  }
}
