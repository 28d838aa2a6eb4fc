import { basename, join } from "node:path";
import { DatasetError, type Sample } from "../dataset.ts";

/** Ways in which data sets lie in folders. */
export const LAYOUTS = ["manifest", "pairs", "science-bowl", "run-length"] as const;
/**
 * `manifest`: a `manifest.json` names everything. `pairs`: `images/` and `masks/` with files of one base name.
 * `science-bowl`: a folder per image with `images/` and one mask per object in `masks/`. `run-length`: a CSV of
 * run-length masks beside a folder of images.
 */
export type LayoutName = typeof LAYOUTS[number];

/** Where an image's labels come from. */
export type MaskSource =
  | { kind: "labels"; path: string }
  /** One file per object: what is not 0 belongs to it. */
  | { kind: "objects"; paths: readonly string[] }
  /** One text of run lengths per object: column by column, counted from 1. */
  | { kind: "runs"; runs: readonly string[]; path: string }
  | { kind: "missing" };

/** An image of a data set, not yet read. */
export interface ImageSource extends Pick<Sample, "id" | "split" | "modality" | "pixelSize"> {
  /** Default: the image is a group of its own. */
  group?: string;
  path: string;
  mask: MaskSource;
  /** What is missing, in one sentence: the image cannot be read. */
  problem?: string;
  /** The page of a TIFF, counted from 0. Default: all pages, each a sample. */
  page?: number;
}

/** How one layout is told and listed. */
export interface Layout {
  name: LayoutName;
  /** The images, or `undefined` if the folder does not lie like this. */
  list(folder: string): Promise<ImageSource[] | undefined>;
}

const EXTENSION = /\.(png|tiff?|jpe?g|bmp)$/i;

/** A file's name without folder and image extension. */
export function baseName(path: string): string {
  return basename(path).replace(EXTENSION, "");
}

/** Whether a path is a folder. */
export async function isFolder(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isDirectory;
  } catch (error) {
    if (error instanceof Deno.errors.PermissionDenied) {
      throw new DatasetError(`${path} cannot be read: ${error.message}`);
    }
    return false;
  }
}

/** What a folder holds, sorted by name. */
export async function listFolder(folder: string): Promise<Deno.DirEntry[]> {
  try {
    const entries = await Array.fromAsync(Deno.readDir(folder));
    return entries.sort((a, b) => a.name < b.name ? -1 : 1);
  } catch (error) {
    const reason = error instanceof Deno.errors.NotFound
      ? "does not exist"
      : `cannot be read (${error instanceof Error ? error.message : error})`;
    throw new DatasetError(`The folder ${folder} ${reason}`);
  }
}

/** A folder's image files by base name. */
export async function listImages(folder: string): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  for (const { name, isDirectory } of await listFolder(folder)) {
    if (isDirectory || name.startsWith(".") || !EXTENSION.test(name)) continue;
    const id = baseName(name);
    const twin = files.get(id);
    if (twin) throw new DatasetError(`${folder} holds both ${basename(twin)} and ${name}: remove one`);
    files.set(id, join(folder, name));
  }
  return files;
}
