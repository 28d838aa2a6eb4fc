// @ts-types="npm:@types/d3-dsv@3.0.7"
import { csvFormatRow } from "d3-dsv";
import { PIECE } from "./read_lines.ts";
import { isHeader, readRows } from "./read_rows.ts";

/**
 * Joins the tables of the objects of several images, which need not fit into memory. Images that differ in their columns,
 * such as grey and colour images, leave those of the others empty.
 *
 * @param paths files with one or more tables, each with its header
 */
export async function* joinTables(paths: readonly string[]): AsyncGenerator<string> {
  const columns = new Map<string, number>();
  for (const path of paths) {
    for await (const row of readRows(path)) {
      if (isHeader(row)) { for (const name of row) if (!columns.has(name)) columns.set(name, columns.size); }
    }
  }
  if (columns.size === 0) return;
  yield `${csvFormatRow([...columns.keys()])}\r\n`;
  for (const path of paths) {
    let places: number[] = [], text = "";
    for await (const row of readRows(path)) {
      if (isHeader(row)) {
        places = row.map((name) => columns.get(name)!);
        continue;
      }
      const cells = new Array<string>(columns.size).fill("");
      row.forEach((cell, i) => cells[places[i]] = cell);
      text += `${csvFormatRow(cells)}\r\n`;
      if (text.length < PIECE) continue;
      yield text;
      text = "";
    }
    yield text;
  }
}
