import { join } from "node:path";
import type { DigestOptions } from "../io/file_digest.ts";
import type { Segmenter } from "../nn/inference/segmenter.ts";
import { WeightsError } from "../nn/weights/weights_error.ts";
import type { Combiner } from "./combiner.ts";
import { CrossFittedEnsemble, type StoredCrossFitted } from "./cross_fitted_ensemble.ts";
import { ENSEMBLE } from "./ensemble_folder.ts";
import { loadMetaModel } from "./meta_model_file.ts";

/** Throws for a description whose parts do not fit together. */
function refuseMisfits({ members, combiners, images }: StoredCrossFitted, path: string): void {
  const folds = combiners.length - 1;
  const fits = members.every(({ length }) => length === folds) &&
    Object.values(images).every((fold) => fold < folds) &&
    combiners.every((combiner) => !("weights" in combiner) || combiner.weights.length === members.length);
  if (!fits) throw new WeightsError(`${path} is damaged: its members and combiners have different numbers of folds`);
}

/**
 * Opens a cross-fitted ensemble.
 *
 * @param openModel opens the network in a file; all are disposed of if one cannot be opened
 */
export async function openCrossFitted(
  folder: string,
  stored: StoredCrossFitted,
  openModel: (path: string) => Promise<Segmenter>,
  digest: DigestOptions,
): Promise<CrossFittedEnsemble> {
  refuseMisfits(stored, join(folder, ENSEMBLE));
  const opened: Disposable[] = [];
  const keep = <Part extends Disposable>(part: Part) => (opened.push(part), part);
  try {
    const members: Segmenter[][] = [];
    for (const files of stored.members) {
      const networks: Segmenter[] = [];
      for (const file of files) networks.push(keep(await openModel(join(folder, file))));
      members.push(networks);
    }
    const combiners: Combiner[] = [];
    for (const combiner of stored.combiners) {
      if ("weights" in combiner) combiners.push({ kind: "weights", weights: combiner.weights });
      else if ("majority" in combiner) combiners.push({ kind: "majority" });
      else {
        const model = keep(await loadMetaModel(join(folder, combiner.model), digest));
        const { logits } = members[0][0].taskDefinition;
        if (model.members !== members.length || model.classes !== logits) {
          throw new WeightsError(
            `${
              join(folder, combiner.model)
            } combines ${model.members} members with ${model.classes} maps each, and the ` +
              `ensemble has ${members.length} with ${logits}: save the ensemble again`,
          );
        }
        combiners.push({ kind: "model", model });
      }
    }
    const { threshold, objectParameters } = stored, images = new Map(Object.entries(stored.images));
    return new CrossFittedEnsemble({ members, combiners, images, threshold, objectParameters });
  } catch (error) {
    for (const part of opened) part[Symbol.dispose]();
    throw error;
  }
}
