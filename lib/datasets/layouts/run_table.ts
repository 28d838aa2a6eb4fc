import { posix } from "node:path";
import { DatasetError } from "../dataset.ts";
import { checkRowLengths, findColumn, readTable, type Table } from "../read_table.ts";
import type { RunOrder } from "./fill_runs.ts";
import { plainName } from "./image_name.ts";

/** The objects of one image. */
export interface RunRows {
  runs: string[];
  /** The image's size in pixels, if the table states it. */
  width?: number;
  height?: number;
}

/** A table with a line per object: image, run lengths. */
export interface RunTable {
  path: string;
  order: RunOrder;
  /** The objects of each image, by its path in the table without the extension. */
  images: Map<string, RunRows>;
}

const IMAGE_COLUMNS = ["image_id", "image", "img", "image_name", "filename", "file_name", "file", "id", "name"];
/** Cells of images without objects. */
const EMPTY = /^(?:|nan|-1)$/i;
/** Pairs of integers. */
const RUNS = /^\d+ +\d+(?: +\d+ +\d+)*$/;

/**
 * Finds a column whose order is known from a competition. `EncodedPixels` (Science Bowl, Airbus and others) and
 * `rle_mask` (TGS Salt) count down the columns; `annotation` counts along the rows in the Sartorius competition, whose
 * table also has each cell's width, height and type.
 */
function knownColumn(table: Table): { index: number; order: RunOrder } | undefined {
  const byColumn = findColumn(table, ["EncodedPixels", "rle_mask"]);
  if (byColumn >= 0) return { index: byColumn, order: "columns" };
  const sartorius = ["annotation", "width", "height", "cell_type"].map((name) => findColumn(table, [name]));
  return sartorius.every((index) => index >= 0) ? { index: sartorius[0], order: "rows" } : undefined;
}

/** Finds a column of any name whose cells are run lengths or empty. */
function freeColumn({ columns, rows }: Table, image: number): number {
  return columns.findIndex((_, i) =>
    i !== image && rows.some((row) => RUNS.test(row[i])) &&
    rows.every((row) => EMPTY.test(row[i]) || RUNS.test(row[i]))
  );
}

/**
 * Reads a table of run lengths.
 *
 * @param order the order in which runs count pixels, if the user chose it
 * @returns `undefined` for another kind of table
 * @throws {DatasetError} if the order is not known from the columns, or a line names no image.
 */
export async function readRunTable(path: string, order?: RunOrder): Promise<RunTable | undefined> {
  const table = await readTable(path);
  const image = findColumn(table, IMAGE_COLUMNS);
  if (image < 0) return undefined;
  const known = knownColumn(table);
  const index = known?.index ?? freeColumn(table, image);
  if (index < 0) return undefined;
  checkRowLengths(table);
  const chosen = order ?? known?.order;
  if (!chosen) {
    throw new DatasetError(
      `${path}: the column "${
        table.columns[index]
      }" does not show whether its run lengths count pixels along the rows ` +
        "or down the columns: give --runs rows or --runs columns (in code, the option runs)",
    );
  }
  const [width, height] = ["width", "height"].map((name) => findColumn(table, [name]));
  const images = new Map<string, RunRows>();
  for (const row of table.rows) {
    if (!row[image]) throw new DatasetError(`${path} has a line without "${table.columns[image]}": name its image`);
    const id = posix.normalize(plainName(row[image]));
    const rows = images.get(id) ?? { runs: [] };
    if (!EMPTY.test(row[index])) rows.runs.push(row[index]);
    if (width >= 0 && Number(row[width]) > 0) rows.width = Number(row[width]);
    if (height >= 0 && Number(row[height]) > 0) rows.height = Number(row[height]);
    images.set(id, rows);
  }
  return { path, order: chosen, images };
}
