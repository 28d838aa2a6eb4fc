import { join } from "node:path";
import { projectFolder } from "../tensorflow/ffi/library.ts";
import { type Dataset, DatasetError } from "./dataset.ts";
import { generateDataset, type GenerateOptions } from "./generator/generate.ts";
import type { GeneratedImages } from "./generator/generated_images.ts";
import { loadFolder, type LoadOptions } from "./load_folder.ts";
import { findGroups } from "./find_groups.ts";

/** The options of the demo data set. */
export const DEMO_IMAGES = { count: 48, size: 192, seed: 20, difficulty: 0.2 } as const satisfies Required<
  GeneratedImages
>;

/** Generates the demo data set: 48 images of 192 × 192 pixels, or others with these options. */
export function demoDataset(
  options: GeneratedImages & Pick<GenerateOptions, "kinds" | "signal"> = {},
): Promise<Dataset> {
  return generateDataset({ ...DEMO_IMAGES, ...options });
}

/**
 * Reads the real image pair that set-up unpacks from the `stardist` package: nuclei in 16 bits, 512 × 512 pixels.
 *
 * @throws {DatasetError} if set-up has not been run.
 */
export function realPair(): Promise<Dataset> {
  return loadFolder(join(projectFolder(), "data/stardist"));
}

/**
 * Opens a data set of labelled images. The layout of a folder is recognised: see {@linkcode loadFolder}. The groups
 * come from `groups.csv` or `groups.tsv` in the folder, or from a table next to it, if there is one.
 *
 * @param folder the folder, or the path of a manifest. If it is `undefined`, the demo data set is generated: 48 images of
 * 192 × 192 pixels
 * @returns images and label masks, sorted by id
 * @throws {DatasetError} if the folder is an empty string, no layout fits, a mask is missing, two images have the same id, or the groups do not match.
 * @throws {ImageError} if a file cannot be read, or a mask differs in size from its image.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { openDataset } from "lib";
 *
 * const demo = await openDataset();
 * assert.equal(demo.samples.length, 48);
 * await assert.rejects(openDataset("no-such-folder"), /no-such-folder/);
 * ```
 */
export async function openDataset(folder?: string, options: LoadOptions = {}): Promise<Dataset> {
  if (folder === "") {
    throw new DatasetError(
      "The folder of the data set is an empty string: name the folder, or give undefined for the generated demo data",
    );
  }
  if (folder === undefined) return await demoDataset({ signal: options.signal });
  return await loadFolder(folder, { ...options, groups: options.groups ?? await findGroups(folder) });
}
