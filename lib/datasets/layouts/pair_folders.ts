import { FORMAT_LIST } from "../../images/formats/formats.ts";
import { DatasetError } from "../dataset.ts";
import { checkUniqueNames, findImages, type FolderFiles } from "./image_files.ts";
import type { Listing } from "./layout.ts";
import { leftOutNotes } from "./left_out_notes.ts";
import { pairedSources } from "./paired_sources.ts";
import type { PairSide } from "./unpaired_problem.ts";
import { unreadNote } from "./unread_files.ts";

async function openSide(folder: string, nested: boolean): Promise<PairSide & FolderFiles> {
  const files = await findImages(folder, { nested });
  if (files.images.length === 0) {
    const unread = unreadNote(folder, files.others);
    throw new DatasetError(`${folder} contains no ${FORMAT_LIST} file${unread ? `; ${unread}` : ""}`);
  }
  checkUniqueNames(folder, files.images);
  return { folder, ...files };
}

/** Notes a table of groups in the folder of images, where it is not searched. */
function strayTable({ folder, others }: PairSide): string[] {
  return others.filter((name) => /groups\.(csv|tsv|txt)$/i.test(name)).map((name) =>
    `${folder}/${name} is not read: move it one folder up, where the table of groups is expected`
  );
}

/**
 * Pairs a folder of images with a folder of masks, including subfolders.
 *
 * @throws {DatasetError} if one of them contains no image file, or two whose names differ only in the extension.
 */
export async function pairFolders(imageFolder: string, maskFolder: string): Promise<Listing> {
  // If the folder of masks is inside that of images, the subfolders contain no images.
  const nested = !maskFolder.startsWith(`${imageFolder}/`);
  const images = await openSide(imageFolder, nested), masks = await openSide(maskFolder, true);
  const { sources, notes } = pairedSources(images, masks);
  for (const side of [images, masks]) {
    const folders = side.folders.filter((path) => path !== maskFolder);
    notes.push(...await leftOutNotes(side.folder, { ...side, folders }));
  }
  return { sources, notes: nested ? [...notes, ...strayTable(images)] : notes };
}
