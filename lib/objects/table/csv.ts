// @ts-types="npm:@types/d3-dsv@3.0.7"
import { csvFormatRow } from "d3-dsv";
import { spreadsheetCell } from "../../io/spreadsheet_cell.ts";

/** A cell of a table's file; an empty one is a value that is not known. */
export type Cell = string | number | undefined;

/**
 * Formats rows as CSV (RFC 4180), each with its line break. Numbers keep all their digits; NaN and `undefined` are empty
 * cells. Text that a spreadsheet would evaluate as a formula gets a leading apostrophe.
 */
export function csvRows(rows: Iterable<readonly Cell[]>): string {
  return Array.from(rows, (row) => csvFormatRow(row.map(formatCell)) + "\r\n").join("");
}

function formatCell(cell: Cell): string {
  if (typeof cell === "string") return spreadsheetCell(cell);
  return cell === undefined || Number.isNaN(cell) ? "" : String(cell);
}
