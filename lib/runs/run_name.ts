import { hashFile } from "../io/download.ts";
import { askForWord } from "../io/explain_issue.ts";
import type { Dataset } from "../datasets/dataset.ts";
import { parseWeightsSource, weightsSource } from "../nn/weights/weights_source.ts";
import { configHash, type TrainingConfig } from "../train/config.ts";
import { folderName } from "./folder_name.ts";
import { RunError } from "./run_store.ts";

/**
 * Adds the digest of a file of weights to a configuration, so that another file with the same path makes another run.
 */
export async function withDigest(config: TrainingConfig): Promise<TrainingConfig> {
  const source = config.encoderWeights;
  if (source === "none" || source === "imagenet") return config;
  if (parseWeightsSource(source).sha256) return config;
  try {
    return { ...config, encoderWeights: weightsSource(source, await hashFile(source)) };
  } catch (error) {
    throw new RunError(
      error instanceof Deno.errors.NotFound
        ? `encoderWeights is "${source}", and there is no such file: ${
          askForWord(source, ["none", "imagenet", "a file"])
        }`
        : `encoderWeights is "${source}", which cannot be read (${(error as Error).message}): give another file`,
    );
  }
}

/** Returns the name of a run: the model, the data, and a hash of everything. */
export function runName(config: TrainingConfig, dataset: Dataset): string {
  const { architecture, encoder, loss, fold, seed } = config;
  const hash = configHash(config, dataset.fingerprint).slice(0, 8);
  const lossName = loss.replace(/^custom:(.*):.*/, "custom_$1");
  return `${folderName(dataset.name)}-${architecture}-${encoder}-${lossName}-fold${fold}-seed${seed}-${hash}`;
}
