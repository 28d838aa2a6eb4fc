import { basename, dirname, join } from "node:path";
import { DatasetError } from "./dataset.ts";

/**
 * Reads which images belong together: a tab-separated table with the columns `id` and
 * `mosaic_group`. With a column `set`, only the rows of the set named `name` count.
 *
 * @returns the group of each id
 * @throws {DatasetError} if a column is missing, or an id is unknown, twice there, or not there.
 */
export async function readGroups(path: string, ids: readonly string[], name: string): Promise<Map<string, string>> {
  let text: string;
  try {
    text = await Deno.readTextFile(path);
  } catch (error) {
    throw new DatasetError(`${path} cannot be read: ${error instanceof Error ? error.message : error}`);
  }
  const [head, ...rows] = text.split(/\r?\n/).filter((line) => line !== "").map((line) => line.split("\t"));
  const [idColumn, groupColumn, setColumn] = ["id", "mosaic_group", "set"].map((column) =>
    (head ?? []).indexOf(column)
  );
  if (idColumn < 0 || groupColumn < 0) {
    throw new DatasetError(
      `${path} needs the tab-separated columns "id" and "mosaic_group", not "${head?.join(", ")}"`,
    );
  }
  const known = new Set(ids);
  const groups = new Map<string, string>();
  for (const row of rows) {
    if (setColumn >= 0 && row[setColumn] !== name) continue;
    const id = row[idColumn];
    if (!known.has(id)) throw new DatasetError(`${path} names "${id}", which is not in ${name}: remove its line`);
    if (groups.has(id)) throw new DatasetError(`${path} names "${id}" twice`);
    if (!row[groupColumn]) throw new DatasetError(`${path} gives "${id}" no group`);
    groups.set(id, row[groupColumn]);
  }
  const missing = ids.find((id) => !groups.has(id));
  if (missing !== undefined) throw new DatasetError(`${path} does not name "${missing}": add a line with its group`);
  return groups;
}

/**
 * The table of groups that belongs to a data folder, if there is one: `groups.tsv` in it, or
 * beside it a file such as `dsb2018_groups.tsv` for the folder `dsb2018_fluo`.
 */
export async function findGroups(folder: string): Promise<string | undefined> {
  const path = folder.replace(/\/+$/, "");
  const stem = basename(path).split(/[_-]/)[0];
  for (const candidate of [join(path, "groups.tsv"), join(dirname(path), `${stem}_groups.tsv`)]) {
    try {
      if ((await Deno.stat(candidate)).isFile) return candidate;
    } catch {
      // not there
    }
  }
}
