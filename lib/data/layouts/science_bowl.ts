import { basename, join } from "node:path";
import { DatasetError } from "../dataset.ts";
import { isFolder, listFolder } from "./folder_entries.ts";
import { checkTwins, findImages } from "./image_files.ts";
import type { ImageSource, Layout } from "./layout.ts";
import { unreadNote } from "./unread_files.ts";

/** A folder's own image files, checked for names that differ in the extension alone. */
async function imagesOf(folder: string, notes: string[]): Promise<string[]> {
  const { images, others } = await findImages(folder, { nested: false });
  checkTwins(folder, images);
  const unread = unreadNote(folder, others);
  if (unread) notes.push(unread);
  return images.map(({ path }) => path);
}

async function readEntry(folder: string, id: string, notes: string[]): Promise<ImageSource & { images: number }> {
  const imageFolder = join(folder, "images"), maskFolder = join(folder, "masks");
  const images = await imagesOf(imageFolder, notes);
  const [path] = images;
  const bad = (at: string, problem: string) => ({
    id,
    path: at,
    mask: { kind: "missing" } as const,
    problem,
    images: images.length,
  });
  if (images.length !== 1) {
    const shown = images.slice(0, 3).map((each) => basename(each)).join(", ");
    const found = images.length === 0 ? "none" : images.length > 3 ? `${images.length} (${shown}, …)` : shown;
    return bad(imageFolder, `${imageFolder} is to hold one image, and holds ${found}`);
  }
  if (!(await isFolder(maskFolder))) {
    return bad(path, `${path} has no masks: expected the folder ${maskFolder}, with one file per object`);
  }
  return { id, path, mask: { kind: "objects", paths: await imagesOf(maskFolder, notes), guessed: true }, images: 1 };
}

/**
 * The 2018 Data Science Bowl's: `<id>/images/<id>.png` and `<id>/masks/*.png`, one mask per nucleus; all of it may
 * lie in `stage1_train/`.
 */
export const scienceBowl: Layout = {
  name: "science-bowl",
  async list(folder) {
    const inner = join(folder, "stage1_train");
    const root = await isFolder(inner) ? inner : folder;
    if (!(await isFolder(root))) return undefined;
    const entries: (ImageSource & { images: number })[] = [];
    const notes: string[] = [];
    for (const { name, path, kind } of await listFolder(root)) {
      if (kind !== "folder" || !(await isFolder(join(path, "images")))) continue;
      entries.push(await readEntry(path, name.normalize("NFC"), notes));
    }
    if (entries.length === 0) return undefined;
    const several = entries.filter(({ images }) => images > 1);
    if (2 * several.length > entries.length) {
      throw new DatasetError(
        `${several[0].path} holds ${several[0].images} images, so that ${root} is not the Science Bowl's layout of a ` +
          "folder per image: put all images into one folder images/ and all masks into masks/, name the folders train/, " +
          "val/ and test/ if they are parts, or write a manifest.json",
      );
    }
    const other = root === inner ? (await listFolder(folder)).filter(({ name }) => /^stage\d_test/.test(name)) : [];
    for (const { name } of other) notes.push(`${name} is left out: it comes without masks`);
    return { sources: entries.map(({ images: _, ...source }) => source), notes };
  },
};
