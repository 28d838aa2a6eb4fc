// @ts-types="npm:@types/d3-dsv@3.0.7"
import { dsvFormat } from "d3-dsv";
import { DatasetError } from "./dataset.ts";
import { isLfsPointer } from "../io/lfs_pointer.ts";
import { readText } from "./read_text.ts";

/** A table of texts. */
export interface Table {
  path: string;
  columns: string[];
  /** A cell for each column, without surrounding blanks. Empty lines are left out. */
  rows: string[][];
  /** The first line that has more values than there are columns. */
  long?: string[];
}

/** Tabs, semicolons or commas: whichever the header has most of, outside of quotes. */
function findDelimiter(header: string): string {
  const bare = header.replace(/"[^"]*"/g, "");
  const times = (delimiter: string) => bare.split(delimiter).length;
  return ["\t", ";", ","].reduce((best, each) => times(each) > times(best) ? each : best);
}

/**
 * Reads a table whose first line names the columns: tabs, semicolons or commas between them, quotes where needed, any
 * line ends, UTF-8 or UTF-16.
 *
 * @throws {DatasetError} if the file cannot be read, or is empty.
 */
export async function readTable(path: string): Promise<Table> {
  const text = await readText(path);
  if (isLfsPointer(new TextEncoder().encode(text.slice(0, 1024)))) {
    throw new DatasetError(`${path} is a Git LFS pointer and not the table: run "git lfs pull" in its repository`);
  }
  // Excel writes and reads a first line that names the delimiter.
  const excel = /^sep=(.)\r?\n/i.exec(text);
  const body = text.slice(excel?.[0].length ?? 0).replace(/^(?:[ \t]*\r?\n)+/, "");
  const delimiter = excel?.[1] ?? findDelimiter(body.split(/\r?\n|\r/, 1)[0]);
  const [columns, ...rows] = dsvFormat(delimiter).parseRows(body, (row) => row.map((cell) => cell.trim()));
  if (!columns) throw new DatasetError(`${path} is empty: its first line is to name the columns`);
  const filled = rows.filter((row) => row.some((cell) => cell !== ""));
  const long = filled.find((row) => row.slice(columns.length).some((cell) => cell !== ""));
  return { path, columns, rows: filled.map((row) => columns.map((_, i) => row[i] ?? "")), ...(long && { long }) };
}

/**
 * Checks that no line has more values than there are columns.
 *
 * @throws {DatasetError} that names the line.
 */
export function checkWidth({ path, columns, long }: Table): void {
  if (!long) return;
  throw new DatasetError(
    `${path} has ${columns.length} columns and a line with ${long.length} values ("${long.join(" ")}"): ` +
      "put quotes around values that hold the delimiter",
  );
}

/**
 * The first of some columns that a table has, whatever their capitals, blanks and underscores.
 *
 * @returns its index, or −1
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
