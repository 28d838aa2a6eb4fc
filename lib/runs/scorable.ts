import type { Dataset } from "../datasets/dataset.ts";
import { splitDataset } from "../datasets/splits.ts";
import { ConfigError, type TrainingConfig } from "../train/config.ts";

/** Seed of the split, so that folds do not change with the seeds of the runs. */
export const SPLIT_SEED = 0;

/**
 * Throws for a training whose scores could not be computed: with `emptyMask` `skip`, images without objects are not
 * scored, so a fold or a test split with only such images has no score.
 *
 * @throws {ConfigError} naming the fold and what to change.
 */
export function refuseUnscorable(config: TrainingConfig, dataset: Dataset): void {
  if (config.emptyMask !== "skip") return;
  const { folds, test } = splitDataset(dataset, { ...config, seed: SPLIT_SEED });
  const shows = (index: number) => dataset.samples[index].labels.data.some((label) => label > 0);
  const refuse = (images: string, other: string) => {
    throw new ConfigError(
      `${images} of ${dataset.name} show no object, and emptyMask is "skip", which counts no empty image: nothing is left ` +
        `to score. Choose -p emptyMask=one, or ${other}`,
    );
  };
  const { validation } = folds[config.fold];
  if (!validation.some(shows)) {
    refuse(`The ${validation.length} validation images of fold ${config.fold}`, "another fold (-p fold=…, -p folds=…)");
  }
  if (test.length && !test.some(shows)) refuse(`The ${test.length} test images`, "another testShare");
}
