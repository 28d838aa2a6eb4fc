import { join } from "node:path";
import { projectFolder } from "../tensorflow/ffi/library.ts";
import type { Dataset } from "./dataset.ts";
import { generateDataset, type GenerateOptions } from "./generator/generate.ts";
import { loadFolder, type LoadOptions } from "./load_folder.ts";
import { findGroups } from "./find_groups.ts";

/** The data set that the project carries by itself: 48 generated images of 192 × 192 pixels. */
export function demoDataset(options: Pick<GenerateOptions, "difficulty" | "signal"> = {}): Promise<Dataset> {
  return generateDataset({ count: 48, size: 192, seed: 20, ...options });
}

/**
 * The real image pair that set-up unpacks from the `stardist` package: nuclei at 16 bit, 512 × 512.
 *
 * @throws {DatasetError} if set-up has not run.
 */
export function realPair(): Promise<Dataset> {
  return loadFolder(join(projectFolder(), "data/stardist"));
}

/** The data set of a folder, or the embedded one where `folder` is empty. */
export async function openDataset(folder: string, options: LoadOptions = {}): Promise<Dataset> {
  if (!folder) return await demoDataset({ signal: options.signal });
  return await loadFolder(folder, { groups: await findGroups(folder), ...options });
}
