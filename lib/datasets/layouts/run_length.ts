import { basename } from "node:path";
import { count } from "../../io/count.ts";
import { DatasetError } from "../dataset.ts";
import { type FolderEntry, isFolder, listFolder } from "./folder_entries.ts";
import { folderRole } from "./folder_role.ts";
import { checkUniqueNames, findImages, type FolderFiles } from "./image_files.ts";
import { nestedId } from "./image_name.ts";
import type { ImageSource, Layout, MaskSource } from "./layout.ts";
import { leftOutNotes } from "./left_out_notes.ts";
import { matchNames } from "./name_matches.ts";
import { readRunTable, type RunTable } from "./run_table.ts";

/** A folder that may contain the images of a table. */
interface Candidate extends FolderFiles {
  name: string;
  path: string;
}

async function candidatesIn(folder: string, entries: readonly FolderEntry[]): Promise<Candidate[]> {
  const folders = entries.filter(({ kind }) => kind === "folder");
  const found = await Promise.all(folders.map(async ({ name, path }) => ({ name, path, ...await findImages(path) })));
  found.push({ name: "", path: folder, ...await findImages(folder, { nested: false }) });
  return found.filter(({ images }) => images.length > 0);
}

/** Chooses the folder `images/`, else the one with the table's name (`train.csv`, `train/`), else the only one. */
function chooseCandidate(candidates: readonly Candidate[], table: string): Candidate {
  const stem = basename(table).replace(/\.\w+$/, "").toLowerCase();
  const named = candidates.filter(({ name }) => {
    const role = folderRole(name);
    return role?.content === "images" && !role.part;
  });
  const alike = candidates.filter(({ name }) => [stem, `${stem}_images`].includes(name.toLowerCase()));
  const [only, second] = [named, alike, candidates].find((choice) => choice.length === 1) ?? [];
  if (only && !second) return only;
  const found = candidates.length ? candidates.map(({ path }) => path).join(", ") : "none";
  throw new DatasetError(
    `${table} needs one folder of images next to it, but found ${found}: name the right one images`,
  );
}

async function readTables(entries: readonly FolderEntry[], order?: RunTable["order"]): Promise<RunTable[]> {
  const tables: RunTable[] = [];
  for (const { name, path, kind } of entries) {
    if (kind !== "file" || !/\.(csv|tsv)$/i.test(name)) continue;
    // A competition's template for submissions.
    if (/^sample_?submission/i.test(name)) continue;
    const table = await readRunTable(path, order);
    if (table) tables.push(table);
  }
  return tables;
}

/** The layout of a table with a line per object (image, run lengths) next to a folder of images. */
export const runLength: Layout = {
  async list(folder, { runs: order }) {
    if (!(await isFolder(folder))) return undefined;
    const entries = await listFolder(folder);
    const tables = await readTables(entries, order);
    if (tables.length === 0) return undefined;
    if (tables.length > 1) {
      throw new DatasetError(
        `${folder} contains several tables of run lengths (${
          tables.map(({ path }) => basename(path)).join(", ")
        }): keep only one`,
      );
    }
    const [table] = tables;
    const candidates = await candidatesIn(folder, entries);
    const chosen = chooseCandidate(candidates, table.path);
    checkUniqueNames(chosen.path, chosen.images);
    const { names, unknown } = matchNames(table.images.keys(), chosen, table.path);
    const sources = chosen.images.map((image): ImageSource => {
      const { path, name } = image;
      const id = nestedId(name), rows = table.images.get(names.get(image) ?? "");
      if (!rows) {
        const problem = `${table.path} does not name ${path}: add a line, without runs if it has no objects`;
        return { id, path, mask: { kind: "missing" }, problem };
      }
      const mask: MaskSource = { kind: "runs", ...rows, order: table.order, path: table.path };
      return { id, path, mask };
    });
    const missing = unknown.map((name): ImageSource => ({
      id: nestedId(name),
      path: table.path,
      mask: { kind: "missing" },
      problem: `${table.path} names "${name}", but there is no such image in ${chosen.path}`,
    }));
    const along = table.order === "rows" ? "along the rows" : "down the columns";
    const notes = [`The runs in ${basename(table.path)} count pixels ${along}`];
    // The subfolders of the folder itself are noted below.
    notes.push(...await leftOutNotes(chosen.path, { ...chosen, folders: [] }));
    for (const { name, images } of candidates) {
      if (name !== chosen.name) {
        notes.push(`${name || "The folder itself"} is left out, with ${count(images.length, "image")}`);
      }
    }
    return { sources: [...sources, ...missing], notes };
  },
};
