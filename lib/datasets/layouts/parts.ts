import { count } from "../../io/count.ts";
import { DatasetError } from "../dataset.ts";
import { isFolder } from "./folder_entries.ts";
import { findImages } from "./image_files.ts";
import { joinParts, type PartListing } from "./join_parts.ts";
import type { Layout, Listing } from "./layout.ts";
import { oneFolder } from "./one_folder.ts";
import { pairFolders } from "./pair_folders.ts";
import { pairs } from "./pairs.ts";
import { chooseFolders, type RoleFolder, roleFolders } from "./role_folders.ts";
import { scienceBowl } from "./science_bowl.ts";
import type { Part } from "./folder_role.ts";

/** Lists a part's folder if it has a known layout. */
async function listInside(folder: string): Promise<Listing | undefined> {
  for (const layout of [pairs, scienceBowl, oneFolder]) {
    const listing = await layout.list(folder, {});
    if (listing) return listing;
  }
}

/** Reads one part of the data set, and returns it with its folders. */
async function readPart(
  part: Part,
  folders: readonly RoleFolder[],
): Promise<{ listing?: PartListing; folders: RoleFolder[] }> {
  const members = folders.filter((folder) => folder.part === part);
  const whole = members.filter(({ content }) => content === undefined);
  if (whole.length > 1) {
    throw new DatasetError(`${whole[0].path} and ${whole[1].path} could both be the ${part} part: merge them`);
  }
  for (const folder of whole) {
    const listing = await listInside(folder.path);
    if (listing) return { listing: { part, name: folder.name, ...listing }, folders: [folder] };
  }
  // `train_images` and `train_masks`, or `train` and `train_masks`.
  const chosen = chooseFolders([
    ...members,
    ...whole.map((folder) => ({ ...folder, content: "images", rank: 9 } as const)),
  ], part);
  if (!chosen) return { folders: [] };
  const { images, masks } = chosen;
  const listing = await pairFolders(images.path, masks.path);
  return { listing: { part, name: whole[0]?.name ?? images.name, ...listing }, folders: [images, masks] };
}

/**
 * The layout of a data set with predefined parts: `train/`, `val/` and `test/` with images and masks in each, folders
 * such as `train_images` and `train_masks`, or nnU-Net's `imagesTr` and `labelsTr`.
 */
export const parts: Layout = {
  async list(folder) {
    if (!(await isFolder(folder))) return undefined;
    const folders = (await roleFolders(folder)).filter(({ part }) => part);
    const found: PartListing[] = [], used = new Set<string>();
    for (const part of ["train", "val", "test"] as const) {
      const { listing, folders: members } = await readPart(part, folders);
      if (listing) found.push(listing);
      for (const { path } of members) used.add(path);
    }
    if (found.length === 0) return undefined;
    const { sources, notes } = joinParts(found);
    for (const { name, path } of folders) {
      if (used.has(path)) continue;
      const { images } = await findImages(path);
      notes.push(`${name} is left out: it contains ${count(images.length, "image")} without masks`);
    }
    return { sources, notes };
  },
};
