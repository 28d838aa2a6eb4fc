import { join } from "node:path";
import { type Dataset, sampleModality } from "../../datasets/dataset.ts";
import { exists } from "../../io/exists.ts";
import { replaceText } from "../../io/replace_file.ts";
import { MODEL } from "../../nn/weights/model_file.ts";
import type { RunRecord } from "../run_store.ts";
import { modelCard } from "./model_card.ts";

/** The file of the card, which file browsers and the Hugging Face Hub show. */
export const CARD = "README.md";

/** Writes the card of a run's model into its folder. A folder without a model gets none. */
export async function writeModelCard(folder: string, record: RunRecord, dataset: Dataset): Promise<void> {
  if (!await exists(join(folder, MODEL))) return;
  const training = new Set(record.data.training);
  const modalities = Map.groupBy(dataset.samples.filter(({ id }) => training.has(id)), sampleModality);
  const card = modelCard(record, {
    groups: new Map(dataset.samples.map(({ id, group }) => [id, group])),
    modalities: Object.fromEntries([...modalities].map(([name, { length }]) => [name, length])),
  });
  await replaceText(join(folder, CARD), card);
}

/** Writes the card of a finished run that has none, such as one of an earlier version, if its folder can be written. */
export async function addModelCard(folder: string, record: RunRecord, dataset: Dataset): Promise<void> {
  if (await exists(join(folder, CARD))) return;
  await writeModelCard(folder, record, dataset).catch(() => {});
}
