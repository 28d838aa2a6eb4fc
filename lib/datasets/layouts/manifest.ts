import { dirname, isAbsolute, join, relative, resolve, sep as SEPARATOR } from "node:path";
import { z } from "zod";
import { DatasetError } from "../dataset.ts";
import { MODALITIES } from "../../images/modality.ts";
import { decodeText } from "../read_text.ts";
import { exists } from "../../io/exists.ts";
import { readRegularFile } from "../../io/regular_file.ts";
import { CLASS_KEYS, classTable } from "../classes/class_table.ts";
import { baseName } from "./image_name.ts";
import type { Layout } from "./layout.ts";
import { manifestProblem } from "./manifest_problem.ts";

const Channels = z.array(z.int().positive()).refine(({ length }) => length === 1 || length === 3, {
  error: "give one channel, or three for red, green, blue, counted from 1",
});

const Entry = z.strictObject({
  /** Default: the image's file name. */
  id: z.string().min(1).optional(),
  /** Image file, relative to the manifest's folder. */
  image: z.string().min(1),
  /** A label mask, or a list of masks with one object each. */
  mask: z.union([z.string().min(1), z.array(z.string().min(1))]),
  group: z.string().min(1).optional(),
  split: z.enum(["train", "test"]).optional(),
  modality: z.enum(MODALITIES).optional(),
  /** Side of a pixel in µm. */
  pixelSize: z.number().positive().optional(),
  /** Page of a TIFF, counted from 0. */
  page: z.int().nonnegative().optional(),
  /** Channels to read, counted from 1. */
  channels: Channels.optional(),
});

/** The content of a `manifest.json`. */
export const Manifest = z.strictObject({
  version: z.literal(1),
  /** Defaults of all images. */
  modality: z.enum(MODALITIES).optional(),
  pixelSize: z.number().positive().optional(),
  channels: Channels.optional(),
  /** Meaning of the values or colours in masks, if they are classes. */
  ...CLASS_KEYS,
  images: z.array(Entry).min(1),
});
/** The content of a `manifest.json`. */
export type Manifest = z.output<typeof Manifest>;

async function readManifest(path: string): Promise<Manifest | undefined> {
  let text: string;
  try {
    text = decodeText(await readRegularFile(path));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) return undefined;
    throw new DatasetError(`${path} cannot be read: ${error instanceof Error ? error.message : error}`);
  }
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    throw new DatasetError(`${path} is not JSON: ${(error as Error).message}`);
  }
  const result = Manifest.safeParse(parsed);
  if (result.success) return result.data;
  const keys = { manifest: Object.keys(Manifest.shape), image: Object.keys(Entry.shape) };
  throw new DatasetError(`${path}: ${manifestProblem(parsed, result.error.issues[0], keys)}`);
}

/**
 * Checks that a manifest, which may come from somebody else, names no file outside its folder, after following links.
 *
 * @throws {DatasetError} naming the first such image.
 */
async function checkInside(path: string, images: Manifest["images"]): Promise<void> {
  const folder = dirname(path);
  const isOutside = (root: string, file: string) => {
    const from = relative(root, file);
    return from === ".." || from.startsWith(`..${SEPARATOR}`) || isAbsolute(from);
  };
  const realFolder = await Deno.realPath(folder);
  for (const [i, { image, mask }] of images.entries()) {
    for (const file of [image, ...[mask].flat()]) {
      const target = resolve(folder, file);
      // A missing file is reported when it is read.
      const real = await Deno.realPath(target).catch(() => undefined);
      if (isOutside(resolve(folder), target) || (real !== undefined && isOutside(realFolder, real))) {
        throw new DatasetError(
          `${path}: image ${i + 1} names "${file}", which is outside the manifest's folder: move it into the folder, ` +
            "or add --allow-outside (allowOutside: true)",
        );
      }
    }
  }
}

/** Reads the backslashes of Windows in a manifest's paths as separators, where no file has them in its name. */
async function withSlashes(folder: string, images: Manifest["images"]): Promise<Manifest["images"]> {
  const slashed = async (file: string) =>
    file.includes("\\") && !await exists(resolve(folder, file)) ? file.replaceAll("\\", "/") : file;
  return await Promise.all(images.map(async (entry) => ({
    ...entry,
    image: await slashed(entry.image),
    mask: typeof entry.mask === "string" ? await slashed(entry.mask) : await Promise.all(entry.mask.map(slashed)),
  })));
}

/** The layout of a `manifest.json` that names images, masks, groups, splits, modalities, pixel sizes and channels. */
export const manifest: Layout = {
  async list(folder, { allowOutside = false }) {
    const path = folder.endsWith(".json") ? folder : join(folder, "manifest.json");
    const read = await readManifest(path);
    if (!read) return undefined;
    const { modality, pixelSize, channels } = read, images = await withSlashes(dirname(path), read.images);
    if (!allowOutside) await checkInside(path, images);
    const from = (file: string) => resolve(dirname(path), file);
    const sources = images.map(({ id, image, mask, ...entry }) => ({
      modality,
      pixelSize,
      channels,
      ...entry,
      id: id?.normalize("NFC") ?? baseName(image) + (entry.page === undefined ? "" : `#${entry.page + 1}`),
      path: from(image),
      mask: typeof mask === "string"
        ? { kind: "labels" as const, path: from(mask) }
        : { kind: "objects" as const, paths: mask.map(from) },
    }));
    return { sources, notes: [], classes: classTable(read, path) };
  },
};
