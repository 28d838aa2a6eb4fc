import { basename, dirname, relative, resolve } from "node:path";
import { isImageName } from "lib/datasets/layouts/image_name.ts";
import { listFolder } from "lib/datasets/layouts/folder_entries.ts";
import { ConfigError } from "lib/train/config_error.ts";

/** An image that is to be segmented. */
export interface ListedImage {
  /** As messages show it, and as it is opened. */
  path: string;
  /** Its path below the folder that all images share. */
  place: string;
  /** Whether it was found in a folder, and not named. */
  found: boolean;
}

/** The images in a folder and its subfolders. Links are followed, each folder is visited once. */
async function imagesIn(folder: string, except: string, visited: Set<string>): Promise<string[]> {
  const real = await Deno.realPath(folder);
  if (visited.has(real) || resolve(folder) === except) return [];
  visited.add(real);
  const images: string[] = [];
  for (const { path, kind, name } of await listFolder(folder)) {
    if (kind === "folder") images.push(...await imagesIn(path, except, visited));
    else if (kind === "file" && isImageName(name)) images.push(path);
  }
  return images;
}

/** The deepest folder that holds all of some absolute ones. */
function sharedFolder(folders: readonly string[]): string {
  return folders.reduce((shared, folder) => {
    let at = shared;
    while (relative(at, folder).startsWith("..") && dirname(at) !== at) at = dirname(at);
    return at;
  });
}

/**
 * The images that a user names, and those in folders that are named, at any depth. Hidden files, the operating system's
 * own files and everything in the output folder are left out; an image that is named twice is there once.
 *
 * @param given paths of images and folders
 * @param output the folder of results
 * @throws {ConfigError} if a folder has no image, or is the output folder itself.
 */
export async function listImages(given: readonly string[], output: string): Promise<ListedImage[]> {
  const except = resolve(output);
  const folders: string[] = [], images = new Map<string, { path: string; found: boolean }>();
  for (const path of given) {
    const isFolder = await Deno.stat(path).then((info) => info.isDirectory, () => false);
    folders.push(isFolder ? resolve(path) : dirname(resolve(path)));
    if (!isFolder) {
      images.set(resolve(path), { path, found: false });
      continue;
    }
    if (resolve(path) === except) {
      throw new ConfigError(`${path} has the images and is the output folder too: choose another --output`);
    }
    const found = await imagesIn(path, except, new Set());
    if (found.length === 0) {
      throw new ConfigError(`The folder ${path} has no PNG, TIFF, JPEG or BMP image: name the folder that holds them`);
    }
    for (const each of found) {
      if (!images.has(resolve(each))) images.set(resolve(each), { path: each, found: true });
    }
  }
  const shared = sharedFolder(folders);
  return Array.from(images, ([full, image]) => ({ ...image, place: relative(shared, full) || basename(full) }));
}
