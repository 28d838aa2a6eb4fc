import { basename, join } from "node:path";
import { type Dataset, DatasetError, makeDataset, type Sample } from "./dataset.ts";
import { decodeImage, type DecodeOptions } from "./decode_image.ts";
import { type Image, ImageError, type LabelImage } from "./image.ts";
import { readGroups } from "./read_groups.ts";

/** Options of {@linkcode loadFolder}. */
export interface LoadOptions extends DecodeOptions {
  /** A table of groups: see {@linkcode readGroups}. Default: every image is a group of its own. */
  groups?: string;
  /** Called after each image with the share that is done, 0 to 1. */
  onProgress?: (done: number) => void;
}

const EXTENSION = /\.(png|tiff?|jpe?g)$/i;

async function listImages(folder: string): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  try {
    for await (const entry of Deno.readDir(folder)) {
      if (entry.isDirectory || !EXTENSION.test(entry.name)) continue;
      const id = entry.name.replace(EXTENSION, "");
      const twin = files.get(id);
      if (twin) throw new DatasetError(`${folder} holds both ${basename(twin)} and ${entry.name}: remove one`);
      files.set(id, join(folder, entry.name));
    }
  } catch (error) {
    if (error instanceof DatasetError) throw error;
    const reason = error instanceof Deno.errors.NotFound
      ? "does not exist"
      : `cannot be read (${error instanceof Error ? error.message : error})`;
    throw new DatasetError(`The folder ${folder} ${reason}: give a folder that holds images/ and masks/`);
  }
  return files;
}

async function readBytes(path: string): Promise<Uint8Array> {
  try {
    return await Deno.readFile(path);
  } catch (error) {
    throw new ImageError(`${path} cannot be read: ${error instanceof Error ? error.message : error}`);
  }
}

function toLabels(mask: Image, path: string): LabelImage {
  if (mask.channels !== 1) throw new ImageError(`${path} is coloured, not a label mask: save it with one channel`);
  return { width: mask.width, height: mask.height, data: Uint16Array.from(mask.data) };
}

/**
 * Reads a data set from `folder/images/` and `folder/masks/`, whose files pair by base name. Masks
 * are label images: 0 is background, anything else an object.
 *
 * @throws {DatasetError} if a folder is missing or empty, an image has no mask, a mask has another
 * size, or the groups do not fit.
 * @throws {ImageError} if a file cannot be decoded.
 */
export async function loadFolder(folder: string, options: LoadOptions = {}): Promise<Dataset> {
  const { groups: groupsFile, onProgress, ...decoding } = options;
  const images = await listImages(join(folder, "images"));
  const masks = await listImages(join(folder, "masks"));
  if (images.size === 0) throw new DatasetError(`${join(folder, "images")} holds no PNG, TIFF or JPEG file`);
  for (const [id, path] of images) {
    if (!masks.has(id)) throw new DatasetError(`${path} has no mask: expected ${join(folder, "masks", id)}.png`);
  }
  for (const [id, path] of masks) {
    if (!images.has(id)) throw new DatasetError(`${path} has no image: expected ${join(folder, "images", id)}.png`);
  }
  const name = basename(folder.replace(/\/+$/, ""));
  const groups = groupsFile ? await readGroups(groupsFile, [...images.keys()], name) : undefined;

  const samples: Sample[] = [];
  for (const [id, path] of images) {
    const maskPath = masks.get(id)!;
    const image = await decodeImage(await readBytes(path), path, decoding);
    const mask = await decodeImage(await readBytes(maskPath), maskPath, { maxPixels: decoding.maxPixels });
    const labels = toLabels(mask, maskPath);
    if (labels.width !== image.width || labels.height !== image.height) {
      throw new DatasetError(
        `${maskPath} is ${labels.width} × ${labels.height}, but its image is ${image.width} × ${image.height}: a mask has its image's size`,
      );
    }
    samples.push({ id, group: groups?.get(id) ?? id, image, labels });
    onProgress?.(samples.length / images.size);
  }
  return await makeDataset(name, samples);
}
