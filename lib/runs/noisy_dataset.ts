import type { Dataset } from "../datasets/dataset.ts";
import { withLabelNoise } from "../datasets/generator/label_noise.ts";
import type { TrainingConfig } from "../train/config.ts";
import { SPLIT_SEED } from "./scorable.ts";

/**
 * Adds the label errors of a configuration to a data set. It keeps the fingerprint of the given one: checkpoints depend on
 * that, and the errors are in the configuration.
 */
export async function noisyDataset(
  dataset: Dataset,
  { labelNoise }: Pick<TrainingConfig, "labelNoise">,
): Promise<Dataset> {
  const { missed, shifted, dilated } = labelNoise;
  if (!missed && !shifted && !dilated) return dataset;
  return { ...await withLabelNoise(dataset, labelNoise, SPLIT_SEED), fingerprint: dataset.fingerprint };
}
