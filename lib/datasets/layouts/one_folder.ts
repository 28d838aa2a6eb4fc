import { count } from "../../io/count.ts";
import { isFolder } from "./folder_entries.ts";
import { checkTwins, findImages, type ImageFile } from "./image_files.ts";
import type { Layout } from "./layout.ts";
import { leftOutNotes } from "./left_out_notes.ts";
import { isMaskName } from "./mask_words.ts";
import { pairNames } from "./pair_names.ts";
import { pairedSources } from "./paired_sources.ts";
import { chooseFolders, roleFolders } from "./role_folders.ts";

/** Other output of Cellpose than masks. */
const CELLPOSE_OUTPUT = /_(flows|dP|cellprob|styles|outlines|cp_output|cp_outlines|cp_flows)$/;

/** Returns the only subfolder of images if there is no folder of masks, otherwise the folder itself. */
async function withImages(folder: string): Promise<string> {
  const folders = await roleFolders(folder);
  const [only, second] = folders.filter(({ holds, part }) => holds === "images" && !part);
  return only && !second && !chooseFolders(folders) ? only.path : folder;
}

/** The layout of images and masks in one folder: `a.tif` and `a_mask.png`, or Cellpose's `a_cp_masks.png`. */
export const oneFolder: Layout = {
  async list(folder) {
    if (!(await isFolder(folder))) return undefined;
    const at = await withImages(folder);
    const found = await findImages(at, { nested: false });
    const { images: files, others } = found;
    const isOutput = ({ name }: ImageFile) => CELLPOSE_OUTPUT.test(name);
    const pictures = files.filter((file) => !isOutput(file));
    const [masks = [], images = []] = [true, false].map((mask) =>
      pictures.filter(({ name }) => isMaskName(name) === mask)
    );
    if (pairNames(images, masks).pairs.length === 0) return undefined;
    checkTwins(at, pictures);
    const side = { folder: at, others };
    const { sources, notes } = pairedSources({ ...side, images }, { ...side, images: masks, suffix: "_mask" });
    const outputs = files.filter(isOutput).length;
    if (outputs > 0) {
      notes.push(`${count(outputs, "other output")} of Cellpose in ${at} ${outputs === 1 ? "is" : "are"} left out`);
    }
    return { sources, notes: [...notes, ...await leftOutNotes(at, found)] };
  },
};
