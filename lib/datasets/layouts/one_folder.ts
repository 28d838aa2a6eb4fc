import { count } from "../../io/count.ts";
import { isFolder } from "./folder_entries.ts";
import { checkUniqueNames, findImages } from "./image_files.ts";
import type { Layout } from "./layout.ts";
import { leftOutNotes } from "./left_out_notes.ts";
import { pairedSources } from "./paired_sources.ts";
import { chooseFolders, roleFolders } from "./role_folders.ts";
import { sortFiles } from "./sort_files.ts";

/** Returns the only subfolder of images if there is no folder of masks, otherwise the folder itself. */
async function withImages(folder: string): Promise<string> {
  const folders = await roleFolders(folder);
  const [only, second] = folders.filter(({ content, part }) => content === "images" && !part);
  return only && !second && !chooseFolders(folders) ? only.path : folder;
}

/** The layout of images and masks in one folder: `a.tif` and `a_mask.png`, or Cellpose's `a_cp_masks.png`. */
export const oneFolder: Layout = {
  async list(folder) {
    if (!(await isFolder(folder))) return undefined;
    const at = await withImages(folder);
    const found = await findImages(at, { nested: false });
    const { images: files, others } = found;
    const { images, masks, outputs, paired } = sortFiles(files);
    if (paired.length === 0) return undefined;
    checkUniqueNames(at, files.filter((file) => !outputs.includes(file)));
    const side = { folder: at, others };
    const { sources, notes } = pairedSources({ ...side, images }, { ...side, images: masks, suffix: "_mask" });
    if (outputs.length > 0) {
      const are = outputs.length === 1 ? "is" : "are";
      notes.push(`${count(outputs.length, "other output")} of Cellpose in ${at} ${are} left out`);
    }
    return { sources, notes: [...notes, ...await leftOutNotes(at, found)] };
  },
};
