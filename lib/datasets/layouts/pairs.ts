import { dirname, relative } from "node:path";
import { count } from "../../io/count.ts";
import { isFolder } from "./folder_entries.ts";
import { findImages } from "./image_files.ts";
import type { ImageSource, Layout, Listing } from "./layout.ts";
import { pairFolders } from "./pair_folders.ts";
import { chooseFolders, chooseMasks, type RoleFolder, roleFolders, unusedNote } from "./role_folders.ts";
import { splitByFolder } from "./split_by_folder.ts";

/** Notes that ids begin with the names of subfolders, if images are in subfolders. */
function nestedNote(sources: readonly ImageSource[], root: string): string[] {
  const nested = sources.filter(({ path, split, problem }) => !split && !problem && relative(root, path).includes("/"));
  if (nested.length === 0) return [];
  const folders = new Set(nested.map(({ path }) => dirname(path))).size;
  return [
    `${count(nested.length, "image is", "images are")} in ${count(folders, "subfolder")}: ` +
    `ids begin with the subfolder's name ("${nested[0].id}")`,
  ];
}

/** Lists images in the folder itself with a subfolder of masks. */
async function besideMasks(folder: string, folders: readonly RoleFolder[]): Promise<Listing | undefined> {
  const masks = chooseMasks(folders);
  if (!masks || (await findImages(folder, { nested: false })).images.length === 0) return undefined;
  return await pairFolders(folder, masks.path);
}

/**
 * The layout of a folder of images and a folder of masks: `images/` and `masks/`, or `image/` and `label/`, ignoring
 * case. The folder of masks may also be inside that of images.
 */
export const pairs: Layout = {
  async list(folder) {
    if (!(await isFolder(folder))) return undefined;
    const folders = await roleFolders(folder);
    const chosen = chooseFolders(folders);
    if (!chosen) return await besideMasks(folder, folders);
    const { images, masks } = chosen;
    const listing = splitByFolder(await pairFolders(images.path, masks.path), [images.path, masks.path]);
    const notes = [
      ...nestedNote(listing.sources, images.path),
      ...listing.notes,
      ...unusedNote(folders, [images, masks]),
    ];
    const stray = (await findImages(folder, { nested: false })).images.length;
    if (stray > 0) {
      notes.push(
        `${count(stray, "image")} in ${folder} itself ${stray === 1 ? "is" : "are"} left out: ` +
          `${images.name} and ${masks.name} are read`,
      );
    }
    return { ...listing, notes };
  },
};
