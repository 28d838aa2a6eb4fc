import type { DigestOptions } from "../io/file_digest.ts";
import { hasEntry } from "../nn/algorithms/choose_entry.ts";
import { createModelToLoad } from "../nn/create_model.ts";
import { Predictor } from "../nn/inference/predictor.ts";
import type { SegmentationModel } from "../nn/segmentation_model.ts";
import { loadStateDict } from "../nn/weights/state_dict.ts";
import { readBestWeights } from "../train/best_weights.ts";
import { recordedAlgorithms } from "../train/machine.ts";
import { RunError } from "./run_error.ts";
import { runMachines } from "./run_machines.ts";
import type { RunRecord } from "./run_store.ts";

/** Loads the weights of an epoch from a run's folder into its model. */
export async function loadBest(
  model: SegmentationModel,
  folder: string,
  best: { hash: string; epoch: number },
  options: DigestOptions,
): Promise<void> {
  using file = await readBestWeights(folder, best, options);
  loadStateDict(model, file.arrays);
}

/**
 * Calls `predict` with a predictor of a finished run's best weights, which computes with the algorithms of the run.
 *
 * @throws {RunError} if the table lacks the run's algorithms.
 */
export async function withBestPredictor<T>(
  folder: string,
  record: Pick<RunRecord, "config" | "configHash" | "bestEpoch" | "machines" | "provenance">,
  predict: (predictor: Predictor) => Promise<T>,
  options: DigestOptions = {},
): Promise<T> {
  const algorithms = recordedAlgorithms(runMachines(record).at(-1)!);
  if (!hasEntry(algorithms)) {
    throw new RunError(
      `${folder}: this run was trained with the algorithms "${algorithms}", which the table lacks: add the entry to ` +
        "lib/nn/algorithms/algorithm_table.json, or delete the folder to train it again",
    );
  }
  const model = createModelToLoad(record.config);
  const predictor = new Predictor(model, { algorithms, engine: "TensorFlow" });
  try {
    await loadBest(model, folder, { hash: record.configHash, epoch: record.bestEpoch }, options);
    return await predict(predictor);
  } finally {
    predictor.dispose();
    model.dispose();
  }
}
