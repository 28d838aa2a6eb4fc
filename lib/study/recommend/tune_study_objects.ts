import { combineMaps, type Combiner } from "../../ensemble/combiner.ts";
import type { EnsembleImage } from "../../ensemble/ensemble_image.ts";
import { haveInstances, tuneWatershed } from "../../runs/score_run_objects.ts";
import type { TrainingConfig } from "../../train/config.ts";
import type { SampleIndex } from "../analyse/gather_maps.ts";

/**
 * Tunes how objects are found in an ensemble's maps, on images that neither its members nor its combiners learned from.
 *
 * @param byFold members' out-of-fold maps
 * @param combiners one per fold, fitted on the other folds
 * @returns parameters of `findInstances`; `undefined` if the task separates no objects or the masks do not number them
 */
export async function tuneStudyObjects(
  byFold: readonly (readonly EnsembleImage[])[],
  combiners: readonly Combiner[],
  index: SampleIndex,
  empty: TrainingConfig["emptyMask"],
): Promise<Record<string, number> | undefined> {
  const { instances } = index.task;
  const samples = byFold.flatMap((images) => images.map(({ id }) => index.sample(id)));
  if (!instances || !haveInstances(samples.map(({ labels }) => labels))) return undefined;
  const maps: Float32Array[] = [];
  for (const [fold, images] of byFold.entries()) {
    for (const image of images) maps.push(await combineMaps(combiners[fold], image));
  }
  return { ...tuneWatershed(instances, { samples, maps }, empty).parameters };
}
