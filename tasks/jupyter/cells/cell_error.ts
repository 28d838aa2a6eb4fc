/** An error as Jupyter's protocol has it. */
export interface CellError {
  ename: string;
  evalue: string;
  traceback: string[];
}

/** A line of a cell with a caret below a column; both count from 1. */
export function showPlace(code: string, line: number, column: number): string[] {
  const text = code.split("\n")[line - 1] ?? "";
  const number = String(line);
  // A tab keeps its width where the line below has one too.
  const indent = text.slice(0, column - 1).replaceAll(/[^\t]/g, " ");
  return [`${number} | ${text}`, `${" ".repeat(number.length)} | ${indent}^`];
}

/** The line and column of an offset, both counted from 1. */
export function placeAt(code: string, offset: number): { line: number; column: number } {
  const before = code.slice(0, offset).split("\n");
  return { line: before.length, column: before.at(-1)!.length + 1 };
}

/** An error at a place of a cell. */
export function errorAt(code: string, offset: number, ename: string, message: string): CellError {
  const { line, column } = placeAt(code, offset);
  const evalue = `${message} (line ${line}, column ${column})`;
  return { ename, evalue, traceback: [`${ename}: ${evalue}`, "", ...showPlace(code, line, column)] };
}
