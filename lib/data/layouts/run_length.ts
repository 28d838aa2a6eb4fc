import { basename, join } from "node:path";
// @ts-types="npm:@types/d3-dsv@3.0.7"
import { csvParse } from "d3-dsv";
import { DatasetError } from "../dataset.ts";
import { ImageError } from "../image.ts";
import { baseName, type ImageSource, isFolder, type Layout, listFolder, listImages } from "./layout.ts";

/** The names that competitions give the columns, in lower case. */
const IMAGE_COLUMNS = ["imageid", "image_id", "image", "img", "filename", "id"];
const RUN_COLUMNS = ["encodedpixels", "encoded_pixels", "rle", "rle_mask", "annotation"];

interface RunTable {
  path: string;
  /** Texts of run lengths by image, as the table names it. */
  runs: Map<string, string[]>;
}

async function readTable(path: string): Promise<RunTable | undefined> {
  let text: string;
  try {
    text = await Deno.readTextFile(path);
  } catch (error) {
    throw new DatasetError(`${path} cannot be read: ${error instanceof Error ? error.message : error}`);
  }
  const rows = csvParse(text.replace(/^\uFEFF/, ""));
  const column = (known: string[]) => {
    const lower = rows.columns.map((name) => name.trim().toLowerCase());
    const name = known.find((each) => lower.includes(each));
    return name === undefined ? undefined : rows.columns[lower.indexOf(name)];
  };
  const image = column(IMAGE_COLUMNS), runs = column(RUN_COLUMNS);
  if (image === undefined || runs === undefined) return undefined;
  const table = new Map<string, string[]>();
  for (const row of rows) {
    const id = (row[image] ?? "").trim(), run = (row[runs] ?? "").trim();
    if (!id) throw new DatasetError(`${path} has a line without "${image}"`);
    const texts = table.get(id) ?? [];
    // Images without objects have a line whose runs are empty.
    if (run !== "" && !/^nan$/i.test(run)) texts.push(run);
    table.set(id, texts);
  }
  return { path, runs: table };
}

async function imageFolderBeside(folder: string, table: string): Promise<string> {
  const candidates: string[] = [];
  for (const { name, isDirectory } of await listFolder(folder)) {
    const path = join(folder, name);
    if (isDirectory && !name.startsWith(".") && (await listImages(path)).size > 0) candidates.push(path);
  }
  if ((await listImages(folder)).size > 0) candidates.push(folder);
  const named = candidates.find((path) => basename(path) === "images");
  if (named) return named;
  if (candidates.length !== 1) {
    const found = candidates.length ? candidates.join(", ") : "none";
    throw new DatasetError(
      `${table} needs one folder of images beside it, and there is ${found}: name the right one images/`,
    );
  }
  return candidates[0];
}

/** A CSV with a line per object (image, run lengths) beside a folder of images. */
export const runLength: Layout = {
  name: "run-length",
  async list(folder) {
    if (!(await isFolder(folder))) return undefined;
    const tables: RunTable[] = [];
    for (const { name, isFile } of await listFolder(folder)) {
      if (!isFile || !/\.csv$/i.test(name)) continue;
      const table = await readTable(join(folder, name));
      if (table) tables.push(table);
    }
    if (tables.length === 0) return undefined;
    if (tables.length > 1) {
      throw new DatasetError(
        `${folder} holds several tables of run lengths (${
          tables.map(({ path }) => basename(path)).join(", ")
        }): leave one`,
      );
    }
    const [{ path: table, runs }] = tables;
    const images = await listImages(await imageFolderBeside(folder, table));
    const byId = new Map([...runs].map(([name, texts]) => [baseName(name), texts]));
    const sources = [...images].map(([id, path]): ImageSource => {
      const texts = byId.get(id);
      if (!texts) {
        throw new DatasetError(`${table} does not name ${path}: add a line, without runs if it has no objects`);
      }
      return { id, path, mask: { kind: "runs", runs: texts, path: table } };
    });
    const unknown = [...byId.keys()].filter((id) => !images.has(id)).map((id): ImageSource => ({
      id,
      path: table,
      mask: { kind: "missing" },
      problem: `${table} names "${id}", of which there is no image`,
    }));
    return [...sources, ...unknown];
  },
};

/**
 * Fills one object's pixels from its run lengths: pairs of start and length, counted from 1, column by column.
 *
 * @param labels `[height, width]`, receives `label` where it is 0
 * @param where stands in messages
 * @throws {ImageError} for what is no run, or lies outside.
 */
export function fillRuns(
  labels: Uint16Array,
  [height, width]: readonly [number, number],
  runs: string,
  label: number,
  where: string,
): void {
  const numbers = runs.split(/\s+/).map(Number);
  if (numbers.length % 2 !== 0) {
    throw new ImageError(`${where}: ${numbers.length} numbers are no pairs of start and length`);
  }
  for (let i = 0; i < numbers.length; i += 2) {
    const [start, length] = [numbers[i], numbers[i + 1]];
    const whole = Number.isInteger(start) && Number.isInteger(length);
    if (!(whole && start >= 1 && length >= 1 && start + length - 1 <= width * height)) {
      throw new ImageError(
        `${where}: the run "${
          runs.split(/\s+/).slice(i, i + 2).join(" ")
        }" lies outside of ${width} × ${height} pixels`,
      );
    }
    for (let at = start - 1; at < start - 1 + length; at++) {
      const pixel = (at % height) * width + Math.floor(at / height);
      if (labels[pixel] === 0) labels[pixel] = label;
    }
  }
}
