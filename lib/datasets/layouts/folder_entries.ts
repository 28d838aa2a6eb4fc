import { join } from "node:path";
import { DatasetError } from "../dataset.ts";

/** A file or folder in a folder. */
export interface FolderEntry {
  name: string;
  path: string;
  /** Links are followed; `broken` is a link without a target, or in a cycle. */
  kind: "file" | "folder" | "broken";
}

/** Files of operating systems. Names that begin with a dot are left out too: `.DS_Store`, `._a.png`. */
const JUNK = /^(thumbs\.db|ehthumbs\.db|desktop\.ini|icon\r|__macosx|@eadir|\$recycle\.bin)$|:Zone\.Identifier$/i;

/** Returns whether a path is a folder, or a link to one. */
export async function isFolder(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isDirectory;
  } catch (error) {
    if (error instanceof Deno.errors.PermissionDenied) {
      throw new DatasetError(`${path} cannot be read: ${error.message}`);
    }
    return false;
  }
}

async function followLink(path: string): Promise<FolderEntry["kind"]> {
  try {
    return (await Deno.stat(path)).isDirectory ? "folder" : "file";
  } catch {
    return "broken";
  }
}

/**
 * Lists a folder, sorted by name. Links are followed, and files of the operating system left out.
 *
 * @throws {DatasetError} if it does not exist or cannot be read.
 */
export async function listFolder(folder: string): Promise<FolderEntry[]> {
  try {
    const entries: FolderEntry[] = [];
    for await (const { name, isDirectory, isSymlink } of Deno.readDir(folder)) {
      if (name.startsWith(".") || JUNK.test(name)) continue;
      const path = join(folder, name);
      entries.push({ name, path, kind: isSymlink ? await followLink(path) : isDirectory ? "folder" : "file" });
    }
    return entries.sort((a, b) => a.name < b.name ? -1 : 1);
  } catch (error) {
    const reason = error instanceof Deno.errors.NotFound
      ? "does not exist"
      : `cannot be read (${error instanceof Error ? error.message : error})`;
    throw new DatasetError(`The folder ${folder} ${reason}`);
  }
}
