import type { FolderEntry } from "./folder_entries.ts";
import { folderRole } from "./folder_role.ts";
import { isImageName } from "./image_name.ts";

/** Returns whether an entry of a folder can hold images: it is an image, a folder of images, or a part such as `train`. */
function holdsImages({ kind, name }: FolderEntry): boolean {
  if (kind === "file") return isImageName(name);
  const role = kind === "folder" ? folderRole(name) : undefined;
  return role !== undefined && role.content !== "masks";
}

/**
 * Finds the folders of masks among the entries of a folder. A folder is one if its name says so (`masks`, `labelsTr`), and
 * if there are images next to it.
 *
 * @param entries the content of one folder
 */
export function maskFolders(entries: readonly FolderEntry[]): FolderEntry[] {
  if (!entries.some(holdsImages)) return [];
  return entries.filter(({ kind, name }) => kind === "folder" && folderRole(name)?.content === "masks");
}
