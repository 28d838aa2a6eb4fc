import { basename, dirname, relative, resolve } from "node:path";
import { isImageName, plainName } from "lib/datasets/layouts/image_name.ts";
import { listFolder } from "lib/datasets/layouts/folder_entries.ts";
import { findImages } from "lib/datasets/layouts/image_files.ts";
import { maskFolders } from "lib/datasets/layouts/mask_folders.ts";
import { sortFiles } from "lib/datasets/layouts/sort_files.ts";
import { FORMAT_LIST } from "lib/images/formats/formats.ts";
import { ConfigError } from "lib/train/config_error.ts";

/** An image to segment. */
export interface ListedImage {
  /** Its path, for opening it and for messages. */
  path: string;
  /** Its path below the common folder of all images. */
  place: string;
  /** Whether it was found in a folder, not named by the user. */
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
}

/**
 * Lists the images in a folder and its subfolders. It follows links, and visits each folder once.
 *
 * @param masks receives the masks, which are left out
 */
async function imagesIn(
  folder: string,
  except: string,
  visited: Set<string>,
  masks: LeftOutMasks,
): Promise<string[]> {
  const real = await Deno.realPath(folder);
  if (visited.has(real) || resolve(folder) === except) return [];
  visited.add(real);
  const images: string[] = [], entries = await listFolder(folder), leftOut = maskFolders(entries);
  for (const { path } of leftOut) masks.folders.push({ path, count: (await findImages(path)).images.length });
  const files = entries.filter(({ kind, name }) => kind === "file" && isImageName(name));
  const paired = sortFiles(files.map(({ path, name }) => ({ path, name: plainName(name) }))).paired;
  const maskFiles = new Set(paired.map(({ path }) => path));
  masks.files.push(...maskFiles);
  for (const entry of entries) {
    const { path, kind } = entry;
    if (leftOut.includes(entry) || maskFiles.has(path)) continue;
    if (kind === "folder") images.push(...await imagesIn(path, except, visited, masks));
    else if (files.includes(entry)) images.push(path);
  }
  return images;
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
 * unless they are named themselves. An image named twice is listed once.
 *
 * @param given paths of images and folders
 * @param output folder of the results
 * @throws {ConfigError} if a folder has no image, or is the output folder.
 */
export async function listImages(given: readonly string[], output: string): Promise<ListedImages> {
  const except = resolve(output);
  const folders: string[] = [], masks: LeftOutMasks = { folders: [], files: [] };
  const images = new Map<string, { path: string; found: boolean }>();
  for (const path of given) {
    const isFolder = await Deno.stat(path).then((info) => info.isDirectory, () => false);
    folders.push(isFolder ? resolve(path) : dirname(resolve(path)));
    if (!isFolder) {
      images.set(resolve(path), { path, found: false });
      continue;
    }
    if (resolve(path) === except) {
      throw new ConfigError(`${path} contains the images and is also the output folder: choose another --output`);
    }
    const found = await imagesIn(path, except, new Set(), masks);
    if (found.length === 0) {
      throw new ConfigError(`The folder ${path} has no ${FORMAT_LIST} image: name the folder that contains them`);
    }
    for (const each of found) {
      if (!images.has(resolve(each))) images.set(resolve(each), { path: each, found: true });
    }
  }
  const shared = sharedFolder(folders);
  // A mask that the user names is an image to segment.
  masks.files = masks.files.filter((path) => !images.has(resolve(path)));
  return {
    images: Array.from(images, ([full, image]) => ({ ...image, place: relative(shared, full) || basename(full) })),
    masks,
  };
}
