import { type Dataset, parseConfig, type PartialTrainingConfig, splitDataset } from "lib";
import { shellWord } from "lib/io/shell_word.ts";

/**
 * Returns a note on what a study of the quick profile can and cannot show, and how to get real answers.
 *
 * @param config configuration of the study's runs
 * @param folder folder of the user's data; empty for generated data
 */
export function demonstrationNote(dataset: Dataset, config: PartialTrainingConfig, folder: string): string {
  const { folds, testShare, batchSize, epochs } = parseConfig(config);
  const { training } = splitDataset(dataset, { folds, testShare }).folds[0];
  const steps = epochs * Math.max(1, Math.floor(training.length / batchSize));
  const few = `This is a demonstration: each model trains for about ${steps} steps, ` +
    "too few to show which architecture or loss is best";
  return folder
    ? `${few} for your images. For real answers:\n` +
      `  deno task study --data ${shellWord(folder)} --profile full   (a GPU, or days)\n` +
      `  deno task train --data ${shellWord(folder)}                  (one good model)`
    : `${few}, and on generated images. For real answers use your own: deno task study --data FOLDER --profile full`;
}
