import { DatasetError } from "../dataset.ts";
import { listFolder } from "./folder_entries.ts";
import { isImageName, plainName } from "./image_name.ts";

/** An image file in a folder or in its subfolders. */
export interface ImageFile {
  path: string;
  /** From the folder on, with `/`, without the extension: `sub/a`. */
  name: string;
}

/** What a folder and its subfolders hold. */
export interface FolderFiles {
  images: ImageFile[];
  /** Other files, and folders that are one image (Zarr), from the folder on. */
  others: string[];
  /** Links to nothing that have no image's name. */
  broken: string[];
  /** Subfolders that were not looked into. */
  folders: string[];
}

/** Formats whose images are folders. */
const FOLDER_FORMAT = /\.(zarr|n5)$/i;

/**
 * Finds the image files in a folder and, unless `nested` is `false`, in its subfolders. A folder that links lead to
 * twice is read once, so that links in a circle end.
 */
export async function findImages(folder: string, { nested = true } = {}): Promise<FolderFiles> {
  const images: ImageFile[] = [], others: string[] = [], broken: string[] = [], folders: string[] = [];
  const visited = new Set<string>();
  const visit = async (at: string, prefix: string) => {
    for (const { name, path, kind } of await listFolder(at)) {
      if (kind === "folder" && !FOLDER_FORMAT.test(name)) {
        if (!nested) {
          folders.push(path);
          continue;
        }
        const real = await Deno.realPath(path);
        if (visited.has(real)) continue;
        visited.add(real);
        await visit(path, `${prefix}${name.normalize("NFC")}/`);
      } else if (kind !== "folder" && isImageName(name)) {
        images.push({ path, name: prefix + plainName(name) });
      } else (kind === "broken" ? broken : others).push(prefix + name);
    }
  };
  if (nested) visited.add(await Deno.realPath(folder).catch(() => folder));
  await visit(folder, "");
  return { images, others, broken, folders };
}

/**
 * Checks that no two files differ in their extension alone.
 *
 * @throws {DatasetError} that names both.
 */
export function checkTwins(folder: string, files: readonly ImageFile[]): void {
  const seen = new Map<string, string>();
  for (const { name, path } of files) {
    const twin = seen.get(name);
    if (twin) {
      const fromFolder = (file: string) => file.startsWith(`${folder}/`) ? file.slice(folder.length + 1) : file;
      throw new DatasetError(`${folder} holds both ${fromFolder(twin)} and ${fromFolder(path)}: remove one`);
    }
    seen.set(name, path);
  }
}
