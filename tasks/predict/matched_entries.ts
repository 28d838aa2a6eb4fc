import { basename, dirname, resolve } from "node:path";
import { type FolderEntry, listFolder } from "lib/datasets/layouts/folder_entries.ts";
import type { Matches } from "./expand_globs.ts";

/** Lists the content of a folder. */
export type ListEntries = (folder: string) => Promise<FolderEntry[]>;

/**
 * Makes a view of a pattern's folder, in which each folder has only what the pattern matches. Folders that the pattern
 * matches are whole.
 *
 * @returns a function that lists a folder in the view
 */
export async function matchedEntries({ folder, paths }: Matches): Promise<ListEntries> {
  const top = resolve(folder), whole = new Set<string>(), view = new Map<string, Map<string, FolderEntry>>();
  const add = (path: string, kind: FolderEntry["kind"]) => {
    const parent = resolve(dirname(path)), name = basename(path), entries = view.get(parent) ?? new Map();
    view.set(parent, entries.set(name, { name, path, kind }));
    if (parent !== top && parent !== dirname(parent)) add(dirname(path), "folder");
  };
  for (const path of paths) {
    // `**` matches the pattern's folder too, apart from what is in it.
    if (resolve(path) === top) continue;
    const kind = await Deno.stat(path).then(
      ({ isDirectory }) => isDirectory ? "folder" : "file",
      () => "broken" as const,
    );
    if (kind === "folder") whole.add(resolve(path));
    add(path, kind);
  }
  return async (each) => {
    if (whole.has(resolve(each))) return await listFolder(each);
    const entries = view.get(resolve(each));
    return entries ? [...entries.values()].sort((a, b) => a.name < b.name ? -1 : 1) : await listFolder(each);
  };
}
