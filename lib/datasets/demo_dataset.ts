import { join } from "node:path";
import { projectFolder } from "../tensorflow/ffi/library.ts";
import type { Dataset } from "./dataset.ts";
import { generateDataset, type GenerateOptions } from "./generator/generate.ts";
import { loadFolder, type LoadOptions } from "./load_folder.ts";
import { findGroups } from "./find_groups.ts";

/** Generates the demo data set: 48 images of 192 × 192 pixels. */
export function demoDataset(options: Pick<GenerateOptions, "difficulty" | "signal"> = {}): Promise<Dataset> {
  return generateDataset({ count: 48, size: 192, seed: 20, ...options });
}

/**
 * Reads the real image pair that set-up unpacks from the `stardist` package: nuclei in 16 bits, 512 × 512 pixels.
 *
 * @throws {DatasetError} if set-up has not been run.
 */
export function realPair(): Promise<Dataset> {
  return loadFolder(join(projectFolder(), "data/stardist"));
}

/** Reads the data set of a folder with its table of groups, or generates the demo data set if `folder` is empty. */
export async function openDataset(folder: string, options: LoadOptions = {}): Promise<Dataset> {
  if (!folder) return await demoDataset({ signal: options.signal });
  return await loadFolder(folder, { groups: await findGroups(folder), ...options });
}
