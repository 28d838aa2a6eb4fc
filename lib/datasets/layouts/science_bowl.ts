import { basename, join } from "node:path";
import { DatasetError } from "../dataset.ts";
import { isFolder, listFolder } from "./folder_entries.ts";
import { checkUniqueNames, findImages } from "./image_files.ts";
import { baseName, isImageName } from "./image_name.ts";
import type { ImageSource, Layout } from "./layout.ts";
import { leftOutNotes } from "./left_out_notes.ts";

/** Lists a folder's image files without subfolders, and checks for names that differ only in the extension. */
async function findFieldImages(folder: string, notes: string[]): Promise<string[]> {
  const files = await findImages(folder, { nested: false });
  checkUniqueNames(folder, files.images);
  notes.push(...await leftOutNotes(folder, files));
  return files.images.map(({ path }) => path);
}

/** A folder that may belong to one image. */
interface Entry {
  path: string;
  source: ImageSource;
  images: readonly string[];
  masks: readonly string[];
}

async function readEntry(path: string, id: string, notes: string[]): Promise<Entry> {
  const imageFolder = join(path, "images"), maskFolder = join(path, "masks");
  const images = await findFieldImages(imageFolder, notes);
  const bad = (problem: string, at: string): Entry => ({
    path,
    source: { id, path: at, mask: { kind: "missing" }, problem },
    images,
    masks: [],
  });
  if (images.length !== 1) {
    const shown = images.slice(0, 3).map((image) => basename(image)).join(", ");
    const found = images.length === 0 ? "none" : images.length > 3 ? `${images.length} (${shown}, …)` : shown;
    return bad(`${imageFolder} must contain one image, but contains ${found}`, imageFolder);
  }
  const [image] = images;
  if (!(await isFolder(maskFolder))) {
    return bad(`${image} has no masks: expected the folder ${maskFolder}, with one file per object`, image);
  }
  const masks = await findFieldImages(maskFolder, notes);
  return { path, source: { id, path: image, mask: { kind: "objects", paths: masks, guessed: true } }, images, masks };
}

/**
 * Returns whether a folder looks like a small data set: it has several images, or one image whose only mask has the
 * image's name, which is not the folder's.
 */
function looksPaired({ source: { id }, images, masks }: Entry): boolean {
  const [image] = images.map(baseName);
  return images.length > 1 || (masks.length === 1 && baseName(masks[0]) === image && image !== id);
}

/**
 * Checks that the folders belong to one image each.
 *
 * @throws {DatasetError} if most folders look like small data sets.
 */
function checkEntries(root: string, entries: readonly Entry[]): void {
  const paired = entries.filter(looksPaired);
  if (2 * paired.length <= entries.length) return;
  const [{ path }] = paired;
  throw new DatasetError(
    entries.length === 1
      ? `${path} looks like a separate data set: give that folder`
      : `${path} and other folders in ${root} look like separate data sets, not like the Science Bowl's folders ` +
        "with one image and a mask per object: put all images into one folder images/ and all masks into masks/, name " +
        "the folders train/, val/ and test/ if they are parts, or write a manifest.json",
  );
}

/**
 * The layout of the 2018 Data Science Bowl: `<id>/images/<id>.png` and `<id>/masks/*.png`, one mask per nucleus, either
 * in the folder itself or in `stage1_train/`.
 */
export const scienceBowl: Layout = {
  async list(folder) {
    const inner = join(folder, "stage1_train");
    const root = await isFolder(inner) ? inner : folder;
    if (!(await isFolder(root))) return undefined;
    const entries: Entry[] = [];
    const notes: string[] = [], others: string[] = [];
    for (const { name, path, kind } of await listFolder(root)) {
      if (kind === "folder" && await isFolder(join(path, "images"))) {
        entries.push(await readEntry(path, name.normalize("NFC"), notes));
      } else if (kind !== "file" || isImageName(name)) {
        others.push(kind === "broken" ? `${name} (a broken link)` : name);
      }
    }
    if (entries.length === 0) return undefined;
    checkEntries(root, entries);
    if (others.length > 0) {
      const shown = others.slice(0, 5).join(", ") + (others.length > 5 ? ", …" : "");
      notes.push(
        `${shown} in ${root} ${
          others.length === 1 ? "is" : `(${others.length}) are`
        } left out: an image's folder contains ` +
          "images/ and masks/",
      );
    }
    const other = root === inner ? (await listFolder(folder)).filter(({ name }) => /^stage\d_test/.test(name)) : [];
    for (const { name } of other) notes.push(`${name} is left out: it has no masks`);
    return { sources: entries.map(({ source }) => source), notes };
  },
};
