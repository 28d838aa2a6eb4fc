import { basename, join } from "node:path";
import { count } from "../../io/count.ts";
import { registryNames } from "../../io/registry_names.ts";
import { DatasetError, type LayoutName } from "../dataset.ts";
import { isFolder, listFolder } from "./folder_entries.ts";
import { findImages } from "./image_files.ts";
import type { ImageSource, Layout, Listing, ListOptions } from "./layout.ts";
import { LAYOUTS } from "./layouts.ts";
import { unreadNote } from "./unread_files.ts";

const KNOWN =
  "give one that contains images/ and masks/, or train/ and test/ with such folders, or stage1_train/, or a CSV " +
  "of run lengths next to images/, or images with masks named a_mask.png, or a manifest.json";

function checkIds(folder: string, sources: readonly ImageSource[]): void {
  const seen = new Map<string, ImageSource>();
  for (const source of sources) {
    if (source.problem) continue;
    const twin = seen.get(source.id);
    if (twin) {
      const files = twin.path === source.path ? source.path : `${twin.path} and ${source.path}`;
      throw new DatasetError(`${folder} has two images named "${source.id}" (${files}): give them different names`);
    }
    seen.set(source.id, source);
  }
}

/** Describes the contents of a folder without a layout, so that the user sees what to rename. */
async function describeFolder(folder: string): Promise<string> {
  const found: string[] = [], folders: string[] = [];
  for (const { name, path, kind } of await listFolder(folder)) {
    if (kind === "broken") found.push(`${name}, a broken link`);
    if (kind !== "folder") continue;
    const { images } = await findImages(path, { nested: false });
    if (images.length === 0) continue;
    found.push(`${name}/ with ${count(images.length, "image")}`);
    folders.push(name);
  }
  const { images, others } = await findImages(folder, { nested: false });
  if (images.length > 0) found.push(`${count(images.length, "image")} without masks named after them`);
  const unread = unreadNote(basename(folder), others);
  const shown = found.length > 6 ? [...found.slice(0, 6), `${found.length - 6} more`] : found;
  const contents = `It contains ${shown.join(", ") || "no readable image"}${unread ? `; ${unread}` : ""}`;
  return folders.length === 2 && images.length === 0
    ? `${contents}: if they belong together, rename them images and masks; else`
    : `${contents}:`;
}

async function refuse(folder: string): Promise<never> {
  if (!(await isFolder(folder))) {
    const isFile = await Deno.stat(folder).then((info) => info.isFile, () => false);
    throw new DatasetError(
      isFile
        ? `${folder} is a file, not a data set: give the folder that contains it, or a manifest that ends with .json`
        : `The folder ${folder} does not exist: ${KNOWN}`,
    );
  }
  for (const { name, path, kind } of await listFolder(folder)) {
    if (kind !== "folder") continue;
    for (const layout of Object.values<Layout>(LAYOUTS)) {
      const inside = await layout.list(path, {}).catch(() => undefined);
      if (!inside) continue;
      throw new DatasetError(
        `The folder ${folder} has none of the known layouts, but its subfolder ${name} has: give ${join(folder, name)}`,
      );
    }
  }
  throw new DatasetError(
    `The folder ${folder} has none of the known layouts. ${await describeFolder(folder)} ${KNOWN}`,
  );
}

/**
 * Recognises the layout of a folder and lists its images without reading them.
 *
 * @param folder the folder, or the path of a manifest
 * @throws {DatasetError} if the layout is unknown or ambiguous, or two images have one id.
 */
export async function listSources(
  folder: string,
  options: ListOptions = {},
): Promise<Listing & { layout: LayoutName }> {
  for (const layout of registryNames(LAYOUTS)) {
    const listing = await LAYOUTS[layout].list(folder, options);
    if (!listing) continue;
    checkIds(folder, listing.sources);
    return { layout, ...listing };
  }
  return await refuse(folder);
}
