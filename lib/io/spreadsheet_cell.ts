/** Beginnings that make spreadsheets compute a cell (OWASP, "CSV injection"). */
const FORMULA = /^[=+\-@\t\r]/;
/** What {@linkcode spreadsheetCell} writes: an apostrophe in front. */
const QUOTED = /^'+[=+\-@\t\r]/;

/**
 * Text from data as a cell of a table that a spreadsheet may open: an apostrophe in front of what it would compute.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { plainCell, spreadsheetCell } from "lib/io/spreadsheet_cell.ts";
 *
 * assert.equal(spreadsheetCell("=1+1"), "'=1+1");
 * assert.equal(plainCell("'=1+1"), "=1+1");
 * assert.equal(spreadsheetCell("a-1"), "a-1");
 * ```
 */
export function spreadsheetCell(text: string): string {
  return FORMULA.test(text) || QUOTED.test(text) ? `'${text}` : text;
}

/** A cell's text as it was before {@linkcode spreadsheetCell}. */
export function plainCell(cell: string): string {
  return QUOTED.test(cell) ? cell.slice(1) : cell;
}
