import { count } from "../io/count.ts";
import { join } from "node:path";
import type { DigestOptions } from "../io/file_digest.ts";
import { loadModel, MODEL } from "../nn/weights/model_file.ts";
import type { Segmenter } from "../nn/inference/segmenter.ts";
import { TrainedModel, type TrainedModelOptions } from "../nn/inference/trained_model.ts";
import { WeightsError } from "../nn/weights/weights_error.ts";
import { ensemble } from "./ensemble.ts";
import { ENSEMBLE } from "./ensemble_folder.ts";
import { loadMetaModel, META_MODEL } from "./meta_model_file.ts";
import { openCrossFitted } from "./open_cross_fitted.ts";
import { StackedEnsemble } from "./stacking.ts";
import { readEnsemble } from "./stored_ensemble.ts";

/** Options of {@linkcode openSegmenter}. */
export interface OpenOptions extends TrainedModelOptions, DigestOptions {}

async function openModel(path: string, options: OpenOptions): Promise<TrainedModel> {
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
 * @param path a model's file, or the folder of a run, of an ensemble, or of a study: its recommended model
 * @throws {SafetensorsError} if a model's file is damaged, or has no digest; the message names the file.
 * @throws {WeightsError} if the path is none of these, or is damaged; the message names the file.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { createModel, generateDataset, openSegmenter, TrainedModel } from "lib";
 *
 * const path = await Deno.makeTempFile({ suffix: ".safetensors" });
 * using model = new TrainedModel(
 *   createModel({ architecture: "pspnet", encoder: "mobilenet_v2" }),
 *   { normalization: "robust", threshold: 0.4 },
 * );
 * await model.save(path);
 * using opened = await openSegmenter(path);
 * const { samples: [{ image }] } = await generateDataset({ count: 1, size: 64 });
 * assert.deepEqual(await opened.predict(image), await model.predict(image));
 * assert.equal(opened.threshold, 0.4);
 * await Deno.remove(path);
 * ```
 */
export async function openSegmenter(path: string, options: OpenOptions = {}): Promise<Segmenter> {
  const isFolder = await Deno.stat(path).then((info) => info.isDirectory, () => false);
  if (!isFolder) return await openModel(path, options);
  const description = join(path, ENSEMBLE);
  const stored = await readEnsemble(path);
  if (!stored) return await openModel(join(path, MODEL), options);
  if (stored.method === "cross-fitted") {
    return await openCrossFitted(path, stored, (file) => openModel(file, options), options);
  }
  const members: Segmenter[] = [];
  try {
    for (const { file } of stored.members) members.push(await openSegmenter(join(path, file), options));
    if (stored.method === "soft-voting") {
      const weights = stored.members.map(({ weight }) => weight);
      const { threshold, objectParameters = {} } = stored;
      return ensemble(members, { weights, threshold, objectParameters });
    }
    const model = await loadMetaModel(join(path, META_MODEL), options);
    const { logits } = members[0].taskDefinition;
    if (model.members === members.length && model.classes === logits) {
      return new StackedEnsemble(members, model, stored.threshold);
    }
    model[Symbol.dispose]();
    throw new WeightsError(
      `${description} has ${count(members.length, "member")} with ${count(logits, "map")} each, its meta-model ${
        count(model.members, "member")
      } with ${model.classes}: save the ensemble again`,
    );
  } catch (error) {
    for (const member of members) member[Symbol.dispose]();
    throw error;
  }
}
