import { type Dataset, DatasetError } from "../datasets/dataset.ts";
import { LeakGuard } from "../datasets/leak_guard.ts";
import { OptionError } from "../io/option_error.ts";
import type { Segmenter } from "../nn/inference/segmenter.ts";
import { predictEach } from "./base_ensemble.ts";
import { type EnsembleImage, ensembleImage } from "./ensemble_image.ts";

/** Options of {@linkcode heldOutMaps}. */
export interface HeldOutOptions {
  dataset: Dataset;
  /** Ids of the images. Default: all images of the groups that no member trained on. */
  images?: readonly string[];
  /** Called with the completed share, 0 to 1. */
  onProgress?: (done: number) => void;
  signal?: AbortSignal;
}

/** Returns the indices of the images that an ensemble learns from. */
function chooseImages(members: readonly Segmenter[], dataset: Dataset, images?: readonly string[]): number[] {
  const indices = new Map(dataset.samples.map(({ id }, index) => [id, index]));
  const seen = members.flatMap(({ trainingImages = [] }) => trainingImages.flatMap((id) => indices.get(id) ?? []));
  if (!images) {
    const unknowing = members.findIndex(({ trainingImages }) => !trainingImages);
    if (unknowing >= 0) {
      throw new OptionError(
        `Member ${
          unknowing + 1
        } does not know which images it trained on: name in images those that no member has seen`,
      );
    }
    const groups = new Set(seen.map((index) => dataset.samples[index].group));
    return dataset.samples.flatMap(({ group }, index) => groups.has(group) ? [] : [index]);
  }
  const chosen = images.map((id) => {
    const index = indices.get(id);
    if (index === undefined) {
      throw new DatasetError(`${dataset.name} has no image "${id}": name images of this data set`);
    }
    return index;
  });
  return new LeakGuard("A member of the ensemble", chosen, dataset, seen).forHeldOut(dataset, chosen);
}

/**
 * Predicts the members' maps of images that they did not train on, from which an ensemble can learn.
 *
 * @throws {OptionError} if no images are named and a member does not know its own.
 * @throws {DatasetError} if the data set has no such image.
 * @throws {LeakError} if a member is known to have trained on one of the images, or another of its group.
 */
export async function heldOutMaps(
  members: readonly Segmenter[],
  { dataset, images, onProgress, signal }: HeldOutOptions,
): Promise<EnsembleImage[]> {
  const maps: EnsembleImage[] = [], chosen = chooseImages(members, dataset, images);
  for (const [i, index] of chosen.entries()) {
    signal?.throwIfAborted();
    const sample = dataset.samples[index];
    maps.push(ensembleImage(sample, await predictEach(members, sample.image), members[0].taskDefinition));
    onProgress?.((i + 1) / chosen.length);
  }
  return maps;
}
