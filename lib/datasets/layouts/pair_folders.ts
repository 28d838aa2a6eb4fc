import { FORMAT_LIST } from "../../images/formats/formats.ts";
import { DatasetError } from "../dataset.ts";
import { checkTwins, findImages, type FolderFiles } from "./image_files.ts";
import type { Listing } from "./layout.ts";
import { leftOutNotes } from "./left_out_notes.ts";
import { pairedSources } from "./paired_sources.ts";
import type { PairSide } from "./unpaired_problem.ts";
import { unreadNote } from "./unread_files.ts";

async function openSide(folder: string, nested: boolean): Promise<PairSide & FolderFiles> {
  const files = await findImages(folder, { nested });
  if (files.images.length === 0) {
    const unread = unreadNote(folder, files.others);
    throw new DatasetError(`${folder} holds no ${FORMAT_LIST} file${unread ? `; ${unread}` : ""}`);
  }
  checkTwins(folder, files.images);
  return { folder, ...files };
}

/** A table of groups that lies with the images, where nobody looks for it. */
function strayTable({ folder, others }: PairSide): string[] {
  return others.filter((name) => /groups\.(csv|tsv|txt)$/i.test(name)).map((name) =>
    `${folder}/${name} is not read: move it one folder up, where the groups are looked for`
  );
}

/**
 * Pairs a folder of images with a folder of masks, subfolders included.
 *
 * @throws {DatasetError} if one of them holds no image file, or two whose names differ in the extension alone.
 */
export async function pairFolders(imageFolder: string, maskFolder: string): Promise<Listing> {
  // Where the masks lie inside the images' folder, its subfolders are no images.
  const nested = !maskFolder.startsWith(`${imageFolder}/`);
  const images = await openSide(imageFolder, nested), masks = await openSide(maskFolder, true);
  const { sources, notes } = pairedSources(images, masks);
  for (const side of [images, masks]) {
    const folders = side.folders.filter((path) => path !== maskFolder);
    notes.push(...await leftOutNotes(side.folder, { ...side, folders }));
  }
  return { sources, notes: nested ? [...notes, ...strayTable(images)] : notes };
}
