import { type CellError, errorAt, placeAt, showPlace } from "./cell_error.ts";
import { type Node, parseCell, walk } from "./parse_cell.ts";
import { type Place, sourcePlace } from "./source_places.ts";
import { stopInsertions } from "./stop_insertions.ts";
import { transpileCell } from "./transpile_cell.ts";

/** Length of the text that Deno puts before a cell's first line. */
const KERNEL_PREFIX = `'use strict'; void 0;`.length;

/** A cell that the kernel ran. */
export interface RunCell {
  /** Its number in the notebook. */
  count: number;
  code: string;
  /** The code that the kernel ran, if it was changed. */
  prepared?: string;
}

/** How an error is shown. */
export interface Explanation {
  error?: CellError;
  /** The result of an intended stop, shown instead of an error. */
  sentence?: string;
}

/** Deno's message for a cell that it cannot parse, and for one that was interrupted. */
const NO_REASON = "Execution failed";
/** Deno's message for a cell that was interrupted after an await. */
const INTERRUPTED = "null";
/** Names of the errors for stopped work, of the kernel and of `lib`. */
const STOPPED = ["Stopped", "StoppedError"];

/**
 * Explains an error of a cell: the syntax error, or the position in its text where it was thrown.
 *
 * @param earlier cells, the last one last
 * @param stopping whether the Stop button was pressed
 */
export async function explainError(
  error: CellError,
  cell: RunCell,
  earlier: readonly RunCell[] = [],
  stopping = false,
): Promise<Explanation> {
  if (stopping) {
    if (error.evalue === NO_REASON || error.evalue === INTERRUPTED) return { sentence: "Stopped." };
    if (STOPPED.includes(error.ename)) return { sentence: error.evalue.replace(/\.?$/, ".") };
  }
  if (error.evalue === NO_REASON && error.traceback.length === 0) {
    const { problem } = await transpileCell(cell.code);
    if (!problem) return { error: { ...error, traceback: [`${error.ename}: ${error.evalue}`] } };
    const { message, line, column } = problem;
    const offset = cell.code.split("\n").slice(0, line - 1).reduce((sum, text) => sum + text.length + 1, 0) + column -
      1;
    return { error: errorAt(cell.code, offset, "SyntaxError", message) };
  }
  return { error: { ...error, traceback: await readableTraceback(error.traceback, cell, earlier) } };
}

/** Returns the position in a cell's text of a position in the code that the kernel compiled. */
async function ownPlace({ code, prepared }: RunCell, compiled: Place): Promise<Place | undefined> {
  const { mappings } = await transpileCell(prepared ?? code);
  const column = compiled.column - (compiled.line === 1 ? KERNEL_PREFIX : 0);
  const place = mappings === undefined ? undefined : sourcePlace(mappings, { line: compiled.line, column });
  if (!place || prepared === undefined) return place;
  const tree = parseCell(code);
  const added = tree ? stopInsertions(tree).map(({ at, text }) => ({ ...placeAt(code, at), text })) : [];
  for (const { line, column, text } of added.toSorted((a, b) => a.line - b.line || a.column - b.column)) {
    if (line === place.line && column < place.column) place.column = Math.max(column, place.column - text.length);
  }
  return place;
}

/** Returns whether a function with this name encloses a position. */
function isInFunction(code: string, name: string, { line, column }: Place): boolean {
  const tree = parseCell(code);
  if (!tree) return false;
  const offset = code.split("\n").slice(0, line - 1).reduce((sum, text) => sum + text.length + 1, 0) + column - 1;
  let found = false;
  walk(tree, (node) => {
    const named = (node.id ?? node.key) as Node | undefined;
    if (named?.name === name && node.start <= offset && offset < node.end) found = true;
  });
  return found;
}

const FRAME = /^(\s+at )(async )?(?:(.*) \()?<anonymous>:(\d+):(\d+)\)?$/;

/** Returns the stack with the lines of the cells as written, followed by the line that threw. */
async function readableTraceback(traceback: string[], cell: RunCell, earlier: readonly RunCell[]): Promise<string[]> {
  const lines: string[] = [];
  let shown: string[] | undefined;
  for (const text of traceback.flatMap((part) => part.split("\n"))) {
    const [, at, pause = "", name, line, column] = FRAME.exec(text) ?? [];
    if (!at) {
      if (!text.includes("/tasks/jupyter/cells/kernel_start.ts")) lines.push(text);
      continue;
    }
    const compiled = { line: Number(line), column: Number(column) };
    const called = name?.replace(/^new /, "").split(".").at(-1);
    // Code that the kernel compiles has no file name: a function is searched in this cell, then in earlier ones.
    let found: { from: RunCell; place: Place } | undefined;
    for (const from of called ? [cell, ...earlier.toReversed()] : [cell]) {
      const place = await ownPlace(from, compiled);
      if (place && (!called || isInFunction(from.code, called, place))) {
        found = { from, place };
        break;
      }
    }
    if (!found) {
      lines.push(text);
      continue;
    }
    const { from, place } = found;
    const where = `${from === cell ? "this cell" : `cell [${from.count}]`}, line ${place.line}, column ${place.column}`;
    lines.push(`${at}${pause}${name ? `${name} (${where})` : where}`);
    shown ??= showPlace(from.code, place.line, place.column);
  }
  return shown ? [...lines, "", ...shown] : lines;
}
