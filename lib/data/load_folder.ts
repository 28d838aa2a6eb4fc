import { basename } from "node:path";
import { type Dataset, DatasetError, makeDataset, type Sample } from "./dataset.ts";
import { decodeImage, decodeLabels, type DecodeLimits, type DecodeOptions, readImageHeader } from "./decode_image.ts";
import { ImageError, type LabelImage } from "./image.ts";
import {
  baseName,
  type ImageSource,
  isFolder,
  type Layout,
  type LayoutName,
  type MaskSource,
} from "./layouts/layout.ts";
import { manifest } from "./layouts/manifest.ts";
import { pairs } from "./layouts/pairs.ts";
import { fillRuns, runLength } from "./layouts/run_length.ts";
import { scienceBowl } from "./layouts/science_bowl.ts";
import { readGroups } from "./read_groups.ts";

/** Options of {@linkcode loadFolder}. */
export interface LoadOptions extends Omit<DecodeOptions, "page"> {
  /** A table of groups: see {@linkcode readGroups}. Default: as the manifest says, else every file is a group of its own. */
  groups?: string;
  /** Refuse larger files. Default 2³⁰ bytes. */
  maxBytes?: number;
  /** Leave out what cannot be read, and list it in the data set's `skipped`. Default `false`. */
  skipBad?: boolean;
  /** Called after each image with the share that is done, 0 to 1. */
  onProgress?: (done: number) => void;
}

/** The layouts in the order in which they are tried. */
const ORDER: readonly Layout[] = [manifest, pairs, scienceBowl, runLength];

/**
 * Which layout a folder has, and its images, not yet read.
 *
 * @param folder or the path of a manifest
 * @throws {DatasetError} if it has none, or something is missing.
 */
export async function listSources(folder: string): Promise<{ layout: LayoutName; sources: ImageSource[] }> {
  for (const layout of ORDER) {
    const sources = await layout.list(folder);
    if (!sources) continue;
    const seen = new Set<string>();
    for (const { id } of sources) {
      if (seen.has(id)) throw new DatasetError(`${folder} has two images named "${id}": give them ids of their own`);
      seen.add(id);
    }
    return { layout: layout.name, sources };
  }
  const found = await isFolder(folder) ? "has none of the known layouts" : "does not exist";
  throw new DatasetError(
    `The folder ${folder} ${found}: give one that holds images/ and masks/, or stage1_train/, or a CSV of run lengths beside images/, or a manifest.json`,
  );
}

async function readBytes(path: string, maxBytes: number): Promise<Uint8Array> {
  let size: number;
  try {
    size = (await Deno.stat(path)).size;
    if (size <= maxBytes) return await Deno.readFile(path);
  } catch (error) {
    throw new ImageError(`${path} cannot be read: ${error instanceof Error ? error.message : error}`);
  }
  throw new ImageError(
    `${path} has ${size.toLocaleString("en")} bytes, more than ${maxBytes.toLocaleString("en")}: cut it into tiles`,
  );
}

/** The labels of one page, whose size is the image's. */
async function readLabels(
  mask: MaskSource,
  size: { width: number; height: number; pages: number; page: number },
  open: (path: string) => Promise<Uint8Array>,
  limits: DecodeLimits,
): Promise<LabelImage> {
  const { width, height, page, pages } = size;
  const read = async (path: string) => {
    const bytes = await open(path);
    const header = await readImageHeader(bytes, path, limits);
    if (header.width !== width || header.height !== height) {
      throw new ImageError(
        `${path} is ${header.width} × ${header.height}, but its image is ${width} × ${height}: a mask has its image's size`,
      );
    }
    if (header.pages > 1 && header.pages !== pages) {
      throw new ImageError(`${path} has ${header.pages} pages, but its image has ${pages}`);
    }
    return await decodeLabels(bytes, path, { ...limits, page: header.pages > 1 ? page : 0 });
  };
  if (mask.kind === "labels") return await read(mask.path);
  const data = new Uint16Array(width * height);
  if (mask.kind === "missing") return { width, height, data };
  if (mask.kind === "runs") {
    mask.runs.forEach((runs, i) =>
      fillRuns(data, [height, width], runs, i + 1, `${mask.path}, object ${i + 1} of its image`)
    );
  } else {
    for (const [i, path] of mask.paths.entries()) {
      const object = await read(path);
      for (let p = 0; p < data.length; p++) if (object.data[p] > 0 && data[p] === 0) data[p] = i + 1;
    }
  }
  return { width, height, data };
}

/** All samples of a file: one per page. */
async function readSource(source: ImageSource, options: LoadOptions): Promise<Sample[]> {
  const { id, path, mask, split, modality, page: only, problem } = source;
  if (problem) throw new DatasetError(problem);
  const { bits, maxPixels, maxBytes = 2 ** 30 } = options;
  const bytes = await readBytes(path, maxBytes);
  const { pages, width, height, pixelSize } = await readImageHeader(bytes, path, { maxPixels });
  const wanted = only === undefined ? Array.from({ length: pages }, (_, page) => page) : [only];
  if (wanted.length > 1 && mask.kind !== "labels") {
    throw new ImageError(
      `${path} has ${pages} pages and masks of single objects: save its pages as files of their own`,
    );
  }
  // All pages of a stack have their labels in one file.
  const files = new Map<string, Promise<Uint8Array>>();
  const open = (file: string) => {
    if (wanted.length === 1) return readBytes(file, maxBytes);
    if (!files.has(file)) files.set(file, readBytes(file, maxBytes));
    return files.get(file)!;
  };
  const samples: Sample[] = [];
  for (const page of wanted) {
    const image = await decodeImage(bytes, path, { bits, maxPixels, page });
    const labels = await readLabels(mask, { width, height, pages, page }, open, { maxPixels });
    samples.push({
      id: wanted.length > 1 ? `${id}#${page + 1}` : id,
      group: source.group ?? (only === undefined ? id : baseName(path)),
      image,
      labels,
      ...(split ? { split } : {}),
      ...(modality ? { modality } : {}),
      ...(source.pixelSize ?? pixelSize ? { pixelSize: source.pixelSize ?? pixelSize } : {}),
    });
  }
  return samples;
}

/**
 * Reads a data set. Its layout is recognised: `images/` and `masks/` with files of one base name; the 2018 Data
 * Science Bowl's folders; a CSV of run lengths beside a folder of images; a `manifest.json` for everything else. In a
 * mask 0 is background, anything else an object. Each page of a TIFF is a sample; the pages of one file are one group.
 *
 * @param folder or the path of a manifest
 * @throws {DatasetError} if no layout fits, something is missing, or the groups do not fit.
 * @throws {ImageError} if a file cannot be read, is larger than allowed, or a mask has another size than its image;
 * with `skipBad` such an image is left out and listed instead.
 */
export async function loadFolder(folder: string, options: LoadOptions = {}): Promise<Dataset> {
  const { groups: groupsFile, skipBad = false, onProgress } = options;
  const path = folder.replace(/(.)\/+$/, "$1");
  const { layout, sources } = await listSources(path);
  const name = basename(path).replace(/\.json$/, "");
  const groups = groupsFile ? await readGroups(groupsFile, sources.map(({ id }) => id), name) : undefined;
  // What is missing is said before hours of reading.
  const missing = sources.find(({ problem }) => problem)?.problem;
  if (missing && !skipBad) throw new DatasetError(missing);
  const samples: Sample[] = [];
  const skipped: { id: string; reason: string }[] = [];
  for (const [i, source] of sources.entries()) {
    try {
      samples.push(...await readSource({ ...source, group: groups?.get(source.id) ?? source.group }, options));
    } catch (error) {
      if (!skipBad || !(error instanceof ImageError || error instanceof DatasetError)) throw error;
      skipped.push({ id: source.id, reason: error.message });
    }
    onProgress?.((i + 1) / sources.length);
  }
  if (samples.length === 0 && skipped.length > 0) {
    throw new DatasetError(
      `None of the ${skipped.length} images in ${folder} can be read; the first: ${skipped[0].reason}`,
    );
  }
  return { ...await makeDataset(name, samples), layout, skipped };
}
