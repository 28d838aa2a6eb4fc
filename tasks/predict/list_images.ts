import { basename, dirname, relative, resolve } from "node:path";
import { isImageName, plainName } from "lib/datasets/layouts/image_name.ts";
import { type FolderEntry, listFolder } from "lib/datasets/layouts/folder_entries.ts";
import { findImages, FOLDER_FORMAT } from "lib/datasets/layouts/image_files.ts";
import { leftOutNotes } from "lib/datasets/layouts/left_out_notes.ts";
import { maskFolders } from "lib/datasets/layouts/mask_folders.ts";
import { sortFiles } from "lib/datasets/layouts/sort_files.ts";
import { FORMAT_LIST } from "lib/images/formats/formats.ts";
import { ConfigError } from "lib/train/config_error.ts";
import type { Matches } from "./expand_globs.ts";
import { type ListEntries, matchedEntries } from "./matched_entries.ts";

/** An image to segment. */
export interface ListedImage {
  /** Its path, for opening it and for messages. */
  path: string;
  /** Its path below the common folder of all images. */
  place: string;
  /** Whether it was found in a folder or by a pattern, not named by the user. */
  found: boolean;
}

/** A folder of masks that was left out. */
export interface LeftOutFolder {
  path: string;
  /** Number of images in it. */
  count: number;
}

/** Masks that were left out. */
export interface LeftOutMasks {
  /** Folders of masks next to images. */
  folders: LeftOutFolder[];
  /** Files next to their images, such as `a_mask.png` next to `a.tif`. */
  files: string[];
}

/** The images to segment, and the masks next to them. */
export interface ListedImages {
  images: ListedImage[];
  masks: LeftOutMasks;
  /** Notes of one sentence on other files that were left out. */
  notes: string[];
}

/** How images are searched in a folder. */
interface Search {
  list: ListEntries;
  /** The output folder. */
  except: string;
  /** Real paths of folders. */
  visited: Set<string>;
  /** Receives the masks, which are left out. */
  masks: LeftOutMasks;
  /** Receives the paths of files that are not images. */
  others: string[];
  /** Receives the paths of broken links without an image's extension. */
  broken: string[];
}

/**
 * Lists the images in a folder and its subfolders. It follows links, and visits each folder once. A broken link with an
 * image's extension is listed: opening it fails.
 */
async function imagesIn(folder: string, search: Search): Promise<string[]> {
  const { list, except, visited, masks, others, broken } = search;
  const real = await Deno.realPath(folder);
  if (visited.has(real) || resolve(folder) === except) return [];
  visited.add(real);
  const images: string[] = [], entries = await list(folder);
  const leftOut = maskFolders(entries.filter(({ path }) => resolve(path) !== except));
  for (const { path } of leftOut) masks.folders.push({ path, count: await countImages(path, list) });
  const files = entries.filter(({ kind, name }) => kind !== "folder" && isImageName(name));
  const paired = sortFiles(files.map(({ path, name }) => ({ path, name: plainName(name) }))).paired;
  const maskFiles = new Set(paired.map(({ path }) => path));
  masks.files.push(...maskFiles);
  for (const entry of entries) {
    const { path, kind, name } = entry;
    if (leftOut.includes(entry) || maskFiles.has(path)) continue;
    if (files.includes(entry)) images.push(path);
    else if (kind === "broken") broken.push(path);
    else if (kind === "file" || FOLDER_FORMAT.test(name)) others.push(path);
    else images.push(...await imagesIn(path, search));
  }
  return images;
}

/** Counts the images of a folder of masks. */
async function countImages(folder: string, list: ListEntries): Promise<number> {
  if (list === listFolder) return (await findImages(folder)).images.length;
  const isImage = ({ kind, name }: FolderEntry) => kind === "file" && isImageName(name);
  const counts = (await list(folder)).map((entry) =>
    entry.kind === "folder" ? countImages(entry.path, list) : Number(isImage(entry))
  );
  return (await Promise.all(counts)).reduce((sum, each) => sum + each, 0);
}

/** Returns the deepest folder that contains all given folders, which are absolute paths. */
function sharedFolder(folders: readonly string[]): string {
  return folders.reduce((shared, folder) => {
    let at = shared;
    while (relative(at, folder).startsWith("..") && dirname(at) !== at) at = dirname(at);
    return at;
  });
}

/**
 * Lists the images that a user names, and those in named folders at any depth. Hidden files, files of the operating system
 * and everything in the output folder are left out. So are masks next to their images and folders of masks next to images,
 * unless they are named themselves. What a pattern matches is treated like the content of a folder: files that are no
 * images are left out too, and noted if they may be images. An image named twice is listed once.
 *
 * @param given paths of images and folders, and what patterns match
 * @param output folder of the results
 * @throws {ConfigError} if a folder has no image, if no image matches a pattern, or if a folder is the output folder.
 */
export async function listImages(given: readonly (string | Matches)[], output: string): Promise<ListedImages> {
  const except = resolve(output);
  const folders: string[] = [], masks: LeftOutMasks = { folders: [], files: [] }, notes: string[] = [];
  const images = new Map<string, { path: string; found: boolean }>();
  const find = async (folder: string, list: ListEntries) => {
    folders.push(resolve(folder));
    const others: string[] = [], broken: string[] = [], fromFolder = (path: string) => relative(folder, path);
    const found = await imagesIn(folder, { list, except, visited: new Set(), masks, others, broken });
    const leftOut = { others: others.map(fromFolder), broken: broken.map(fromFolder), folders: [] };
    notes.push(...await leftOutNotes(folder, leftOut));
    for (const each of found) {
      if (!images.has(resolve(each))) images.set(resolve(each), { path: each, found: true });
    }
    return found.length;
  };
  for (const path of given) {
    if (typeof path !== "string") {
      if (await find(path.folder, await matchedEntries(path))) continue;
      throw new ConfigError(
        `No ${FORMAT_LIST} image matches ${path.pattern}, apart from masks next to images and files in the output folder`,
      );
    }
    const isFolder = await Deno.stat(path).then((info) => info.isDirectory, () => false);
    if (!isFolder) {
      folders.push(dirname(resolve(path)));
      images.set(resolve(path), { path, found: false });
      continue;
    }
    if (resolve(path) === except) {
      throw new ConfigError(`${path} contains the images and is also the output folder: choose another --output`);
    }
    if (await find(path, listFolder) === 0) {
      const found = notes.length ? ` (${notes.join("; ")})` : "";
      throw new ConfigError(
        `The folder ${path} has no ${FORMAT_LIST} image${found}: name the folder that contains them`,
      );
    }
  }
  const shared = sharedFolder(folders);
  // A mask that the user names is an image to segment.
  masks.files = masks.files.filter((path) => !images.has(resolve(path)));
  return {
    images: Array.from(images, ([full, image]) => ({ ...image, place: relative(shared, full) || basename(full) })),
    masks,
    notes,
  };
}
