/** An error in Jupyter's protocol. */
export interface CellError {
  ename: string;
  evalue: string;
  traceback: string[];
}

/** Returns a line of a cell, with a caret below a column; both count from 1. */
export function showPlace(code: string, line: number, column: number): string[] {
  const text = code.split("\n")[line - 1] ?? "";
  const number = String(line);
  // The line below repeats tabs, so that they have the same width.
  const indent = text.slice(0, column - 1).replaceAll(/[^\t]/g, " ");
  return [`${number} | ${text}`, `${" ".repeat(number.length)} | ${indent}^`];
}

/** Returns the line and column of an offset, both counted from 1. */
export function placeAt(code: string, offset: number): { line: number; column: number } {
  const before = code.slice(0, offset).split("\n");
  return { line: before.length, column: before.at(-1)!.length + 1 };
}

/** Makes an error at an offset of a cell. */
export function errorAt(code: string, offset: number, ename: string, message: string): CellError {
  const { line, column } = placeAt(code, offset);
  const evalue = `${message} (line ${line}, column ${column})`;
  return { ename, evalue, traceback: [`${ename}: ${evalue}`, "", ...showPlace(code, line, column)] };
}
