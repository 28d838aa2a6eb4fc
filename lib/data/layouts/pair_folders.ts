import { DatasetError } from "../dataset.ts";
import { checkTwins, findImages } from "./image_files.ts";
import type { Listing } from "./layout.ts";
import { pairedSources } from "./paired_sources.ts";
import type { PairSide } from "./unpaired_problem.ts";
import { unreadNote } from "./unread_files.ts";

async function openSide(folder: string): Promise<PairSide> {
  const { images, others } = await findImages(folder);
  if (images.length === 0) {
    const unread = unreadNote(folder, others);
    throw new DatasetError(`${folder} holds no PNG, TIFF, JPEG or BMP file${unread ? `; ${unread}` : ""}`);
  }
  checkTwins(folder, images);
  return { folder, images, others };
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
  const images = await openSide(imageFolder), masks = await openSide(maskFolder);
  const { sources, notes } = pairedSources(images, masks);
  const unread = [images, masks].flatMap(({ folder, others }) => unreadNote(folder, others) ?? []);
  return { sources, notes: [...notes, ...unread, ...strayTable(images)] };
}
