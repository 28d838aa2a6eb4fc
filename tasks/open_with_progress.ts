import { type Dataset, type LoadOptions, openDataset } from "lib";
import { demoDataset, describeGroups } from "lib/datasets";
import { progressBar } from "lib/display";
import { say, warn } from "./say.ts";

/** Prints how masks were paired, which files were not read, and which images were left out. */
export function printNotes({ notes = [], skipped = [] }: Dataset): void {
  for (const note of notes) warn(`Note: ${note}`);
  for (const { reason } of skipped) warn(`Left out: ${reason}`);
}

/**
 * Opens a data set (the demo data without a folder), with a progress bar if that takes long, and prints its groups and the
 * images left out.
 *
 * @param kinds kinds of cells in the demo data; two have classes
 */
export async function openWithProgress(
  folder: string | undefined,
  options: LoadOptions,
  kinds: 1 | 2 = 1,
): Promise<Dataset> {
  if (folder === undefined) {
    const dataset = await demoDataset({ kinds, signal: options.signal });
    say(`${dataset.name}: ${describeGroups(dataset)}`);
    return dataset;
  }
  const bar = progressBar("Reading");
  const dataset = await openDataset(folder, { ...options, onProgress: (done) => void bar.update(done) });
  await bar.finish(`${dataset.samples.length} images, layout "${dataset.layout}"`);
  say(`${dataset.name}: ${describeGroups(dataset)}`);
  printNotes(dataset);
  return dataset;
}
