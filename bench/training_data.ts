import { type Dataset, generateDataset, openDataset } from "lib";

/** The name of generated data with two kinds of cells. */
const TWO_KINDS = "two-kinds";

/** Opens the data of a comparison of trainings: a folder, or `two-kinds` for generated images with three classes. */
export async function trainingData(given: string): Promise<Dataset> {
  if (given !== TWO_KINDS) return await openDataset(given);
  return await generateDataset({ count: 100, size: 192, seed: 7, kinds: 2 });
}
