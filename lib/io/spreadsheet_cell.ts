/** Beginnings of a cell that a spreadsheet evaluates as a formula (OWASP, "CSV injection"). */
const FORMULA = /^[=+\-@\t\r]/;
/** A cell as {@linkcode spreadsheetCell} writes it, with a leading apostrophe. */
const QUOTED = /^'+[=+\-@\t\r]/;

/**
 * Escapes text for a table that a spreadsheet may open: text that it would evaluate as a formula gets a leading
 * apostrophe.
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

/** Returns a cell's text as it was before {@linkcode spreadsheetCell}. */
export function plainCell(cell: string): string {
  return QUOTED.test(cell) ? cell.slice(1) : cell;
}
