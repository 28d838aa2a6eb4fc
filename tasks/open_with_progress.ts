import { type Dataset, type LoadOptions, openDataset, progressBar } from "lib";

/** Opens a data set with a progress bar where it takes long, and says what was left out. */
export async function openWithProgress(folder: string, options: LoadOptions): Promise<Dataset> {
  if (!folder) return await openDataset(folder, options);
  const bar = progressBar("Reading");
  const dataset = await openDataset(folder, { ...options, onProgress: (done) => void bar.update(done) });
  await bar.finish(`${dataset.samples.length} images, layout "${dataset.layout}"`);
  for (const { reason } of dataset.skipped ?? []) console.warn(`Left out: ${reason}`);
  return dataset;
}
