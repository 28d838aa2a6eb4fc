import { join } from "node:path";
import type { DigestOptions } from "../io/file_digest.ts";
import { loadModel, MODEL } from "../nn/weights/model_file.ts";
import type { PredictorOptions } from "../nn/inference/predictor.ts";
import type { Segmenter } from "../nn/inference/segmenter.ts";
import { TrainedModel } from "../nn/inference/trained_model.ts";
import { ENSEMBLE, ensemble, StoredEnsemble } from "./ensemble.ts";
import { WeightsError } from "../nn/weights/weights_error.ts";

/** Options of {@linkcode openSegmenter}. */
export type OpenSegmenterOptions = PredictorOptions & DigestOptions;

async function openModel(path: string, options: OpenSegmenterOptions): Promise<TrainedModel> {
  const { model, ...use } = await loadModel(path, options);
  try {
    return new TrainedModel(model, use, options);
  } catch (error) {
    model.dispose();
    throw error;
  }
}

/**
 * Opens a saved model or ensemble; the caller disposes of it.
 *
 * @param path a model's file, the folder of a run, or the folder of an ensemble
 * @throws {SafetensorsError} if a model's file is damaged, or has no digest; the message names the file.
 * @throws {WeightsError} if it is neither, or damaged; the message names the file.
 */
export async function openSegmenter(path: string, options: OpenSegmenterOptions = {}): Promise<Segmenter> {
  const isFolder = await Deno.stat(path).then((info) => info.isDirectory, () => false);
  if (!isFolder) return await openModel(path, options);
  const description = join(path, ENSEMBLE);
  let text: string;
  try {
    text = await Deno.readTextFile(description);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    return await openModel(join(path, MODEL), options);
  }
  let stored: ReturnType<typeof StoredEnsemble.parse>;
  try {
    stored = StoredEnsemble.parse(JSON.parse(text));
  } catch {
    throw new WeightsError(`${description} is damaged: save the ensemble again`);
  }
  const members: TrainedModel[] = [];
  try {
    for (const { file } of stored.members) members.push(await openModel(join(path, file), options));
    return ensemble(members, { weights: stored.members.map(({ weight }) => weight), threshold: stored.threshold });
  } catch (error) {
    for (const member of members) member[Symbol.dispose]();
    throw error;
  }
}
