// @ts-types="npm:@types/d3-dsv@3.0.7"
import { csvParseRows } from "d3-dsv";
import { readLines } from "./read_lines.ts";

/** Returns whether a row has the names of columns: every other row has a number in its second cell. */
export const isHeader = (row: readonly string[]): boolean => row[0] === "image" && row[1] === "label";

/**
 * Yields the rows of a table of objects, headers included. The table need not fit into memory. A cell in quotation marks,
 * such as an image's name, may have line breaks.
 */
export async function* readRows(path: string): AsyncGenerator<string[]> {
  let text = "", marks = 0;
  for await (const line of readLines(path)) {
    text += line;
    marks += line.includes('"') ? line.split('"').length - 1 : 0;
    if (marks % 2 === 1) {
      text += "\n";
      continue;
    }
    const row = text.endsWith("\r") ? text.slice(0, -1) : text;
    yield marks === 0 ? row.split(",") : csvParseRows(row)[0];
    text = "";
    marks = 0;
  }
}
