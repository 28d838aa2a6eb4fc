import { basename, dirname, join, resolve } from "node:path";
import { DatasetError } from "./dataset.ts";
import { type FolderEntry, isFolder, listFolder } from "./layouts/folder_entries.ts";

const TABLE = /\.(csv|tsv|txt)$/i;

/** Lists a folder's tables that have one of the given names, ignoring case. */
async function tablesNamed(folder: string, stems: readonly string[]): Promise<FolderEntry[]> {
  // A folder that cannot be listed counts as empty.
  const entries = await listFolder(folder).catch(() => []);
  return entries.filter(({ name, kind }) =>
    kind === "file" && TABLE.test(name) && stems.includes(name.replace(TABLE, "").toLowerCase())
  );
}

/**
 * Finds the table of groups of a data folder, if there is one: `groups.csv` or `groups.tsv` in the folder, or next to
 * it `my-images_groups.csv` for the folder `my-images`, or `dsb2018_groups.tsv` for the folder `dsb2018_fluo`. Case is
 * ignored.
 *
 * @param folder the folder, or the path of a manifest
 * @returns the table's path
 * @throws {DatasetError} if there are two such tables.
 */
export async function findGroups(folder: string): Promise<string | undefined> {
  const trimmed = folder.replace(/(.)\/+$/, "$1");
  const inside = await isFolder(trimmed) ? trimmed : dirname(trimmed);
  const full = resolve(trimmed);
  const name = basename(full).replace(/\.json$/, "").toLowerCase(), stem = name.split(/[_-]/)[0];
  const next = dirname(trimmed) === trimmed || /^\.+$/.test(basename(trimmed)) ? dirname(full) : dirname(trimmed);
  const places: [string, string[]][] = [
    [inside, ["groups"]],
    [next, [`${name}_groups`, `${name}-groups`]],
    [next, [`${stem}_groups`, `${stem}-groups`]],
  ];
  for (const [place, stems] of places) {
    const [table, other] = await tablesNamed(place, stems);
    if (other) {
      throw new DatasetError(
        `${place} contains two tables of groups, ${table.name} and ${other.name}: remove one, or choose with --groups`,
      );
    }
    if (table) return join(place, table.name);
  }
}
