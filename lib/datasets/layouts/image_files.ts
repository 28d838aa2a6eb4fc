import { DatasetError } from "../dataset.ts";
import { listFolder } from "./folder_entries.ts";
import { isImageName, plainName } from "./image_name.ts";

/** An image file in a folder or in its subfolders. */
export interface ImageFile {
  path: string;
  /** Path relative to the folder, with `/`, without the extension: `sub/a`. */
  name: string;
  /** Where the path leads, if it is a broken link. */
  brokenLink?: string;
}

/** The contents of a folder and its subfolders. */
export interface FolderFiles {
  images: ImageFile[];
  /** Other files, and folders that are a single image (Zarr), relative to the folder. */
  others: string[];
  /** Broken links without an image's extension, relative to the folder. */
  broken: string[];
  /** Subfolders that were not searched. */
  folders: string[];
}

/** Formats whose images are folders. */
export const FOLDER_FORMAT = /\.(zarr|n5)$/i;

/**
 * Finds the image files in a folder and, unless `nested` is `false`, in its subfolders. Every folder is read only once,
 * so that cyclic links end.
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
        const target = kind === "broken" ? await Deno.readLink(path).catch(() => undefined) : undefined;
        images.push({ path, name: prefix + plainName(name), ...(target !== undefined && { brokenLink: target }) });
      } else (kind === "broken" ? broken : others).push(prefix + name);
    }
  };
  if (nested) visited.add(await Deno.realPath(folder).catch(() => folder));
  await visit(folder, "");
  return { images, others, broken, folders };
}

/**
 * Checks that no two files differ only in their extension.
 *
 * @throws {DatasetError} naming both files.
 */
export function checkUniqueNames(folder: string, files: readonly ImageFile[]): void {
  const seen = new Map<string, string>();
  for (const { name, path } of files) {
    const earlier = seen.get(name);
    if (earlier) {
      const fromFolder = (file: string) => file.startsWith(`${folder}/`) ? file.slice(folder.length + 1) : file;
      throw new DatasetError(`${folder} contains both ${fromFolder(earlier)} and ${fromFolder(path)}: remove one`);
    }
    seen.set(name, path);
  }
}
