// @ts-types="npm:@types/d3-dsv@3.0.7"
import { dsvFormat } from "d3-dsv";
import { DatasetError } from "./dataset.ts";
import { isLfsPointer } from "../io/lfs_pointer.ts";
import { readText } from "./read_text.ts";

/** A table of text cells. */
export interface Table {
  path: string;
  columns: string[];
  /** One cell per column, without surrounding spaces. Empty lines are left out. */
  rows: string[][];
  /** The first line with more values than columns. */
  longRow?: string[];
}

/** Chooses tabs, semicolons or commas, whichever is most frequent in the header outside quotes. */
function findDelimiter(header: string): string {
  const bare = header.replace(/"[^"]*"/g, "");
  const times = (delimiter: string) => bare.split(delimiter).length;
  return ["\t", ";", ","].reduce((best, candidate) => times(candidate) > times(best) ? candidate : best);
}

/**
 * Reads a table whose first line names the columns, separated by tabs, semicolons or commas, with optional quotes, any
 * line ends, in UTF-8 or UTF-16.
 *
 * @throws {DatasetError} if the file cannot be read, or is empty.
 */
export async function readTable(path: string): Promise<Table> {
  const text = await readText(path);
  if (isLfsPointer(new TextEncoder().encode(text.slice(0, 1024)))) {
    throw new DatasetError(`${path} is a Git LFS pointer, not the table: run "git lfs pull" in its repository`);
  }
  // Excel writes and reads a first line that names the delimiter.
  const excel = /^sep=(.)\r?\n/i.exec(text);
  const body = text.slice(excel?.[0].length ?? 0).replace(/^(?:[ \t]*\r?\n)+/, "");
  const delimiter = excel?.[1] ?? findDelimiter(body.split(/\r?\n|\r/, 1)[0]);
  const [columns, ...rows] = dsvFormat(delimiter).parseRows(body, (row) => row.map((cell) => cell.trim()));
  if (!columns) throw new DatasetError(`${path} is empty: its first line must name the columns`);
  const filled = rows.filter((row) => row.some((cell) => cell !== ""));
  const longRow = filled.find((row) => row.slice(columns.length).some((cell) => cell !== ""));
  return {
    path,
    columns,
    rows: filled.map((row) => columns.map((_, i) => row[i] ?? "")),
    ...(longRow && { longRow }),
  };
}

/**
 * Checks that no line has more values than columns.
 *
 * @throws {DatasetError} naming the line.
 */
export function checkRowLengths({ path, columns, longRow }: Table): void {
  if (!longRow) return;
  throw new DatasetError(
    `${path} has ${columns.length} columns, but a line with ${longRow.length} values ("${longRow.join(" ")}"): ` +
      "put quotes around values that contain the delimiter",
  );
}

/**
 * Finds the first of several columns that a table has, ignoring case, spaces, hyphens and underscores.
 *
 * @returns its index, or −1 if there is none
 */
export function findColumn({ columns }: Pick<Table, "columns">, names: readonly string[]): number {
  const plain = (name: string) => name.toLowerCase().replace(/[\s_-]/g, "");
  const known = columns.map(plain);
  for (const name of names) {
    const index = known.indexOf(plain(name));
    if (index >= 0) return index;
  }
  return -1;
}
