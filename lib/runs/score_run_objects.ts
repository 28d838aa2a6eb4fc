import type { Sample } from "../datasets/dataset.ts";
import { otsuBaseline } from "../evaluate/baselines.ts";
import { compareObjects, type ImageMatches, meanAveragePrecision } from "../evaluate/compare_objects.ts";
import { scoreObjects } from "../evaluate/object_scores.ts";
import type { LabelImage } from "../images/image.ts";
import { clearVoid } from "../images/void.ts";
import { findInstances } from "../objects/find_instances.ts";
import { type InstanceGrid, type InstanceKind, tuneInstances } from "../objects/tune_instances.ts";
import { OptionError } from "../io/option_error.ts";
import { createTask, type TaskChoice } from "../task/tasks.ts";
import { labelObjects } from "../task/label_objects.ts";
import type { TrainingConfig } from "../train/config.ts";
import type { ObjectRecord } from "./object_record.ts";

/** Images with the maps of a model: probabilities as from `Segmenter.predict`. */
export interface ScoredMaps {
  samples: readonly Pick<Sample, "image" | "labels">[];
  maps: readonly Float32Array[];
}

/** Values to try; the area is left as it is, since it depends on the images. */
const GRIDS: { readonly [Kind in InstanceKind]: InstanceGrid<Kind> } = {
  foreground: { threshold: [0.5, 0.4, 0.6], prominence: [0.15, 0.1, 0.25], minArea: [0] },
  border: { threshold: [0.5, 0.4, 0.6], interior: [0.5, 0.3], prominence: [0.25, 1], minInterior: [0], minArea: [0] },
};

/** Returns whether masks hold object numbers: two or more numbers other than 0 in one of them. */
export function haveInstances(labels: Iterable<LabelImage>): boolean {
  for (const { data } of labels) {
    let first = 0;
    for (let i = 0; i < data.length; i++) {
      if (data[i] === 0 || data[i] === first) continue;
      if (first > 0) return true;
      first = data[i];
    }
  }
  return false;
}

/** Tunes how objects are found in maps of images that their models did not learn from, with few values to try. */
export function tuneWatershed<Kind extends InstanceKind>(
  kind: Kind,
  { samples, maps }: ScoredMaps,
  empty: TrainingConfig["emptyMask"],
) {
  return tuneInstances(kind, maps, samples.map(({ labels }) => labels), { grid: GRIDS[kind], empty });
}

/**
 * Scores the objects in a run's maps: by a watershed whose parameters are tuned on the validation images, by connected
 * components of foreground, and by Otsu's threshold. Void pixels belong to no object.
 *
 * @param validation images whose maps tune the parameters
 * @param test images that are scored with the same parameters
 * @throws {OptionError} if the task separates no objects.
 */
export function scoreRunObjects(
  validation: ScoredMaps,
  test: ScoredMaps,
  config: Pick<TrainingConfig, "threshold" | "emptyMask"> & TaskChoice,
): ObjectRecord {
  const { threshold, emptyMask } = config, task = createTask(config);
  if (!task.instances) {
    throw new OptionError(`task is "${task.label}", which separates no objects: give the maps of foreground or border`);
  }
  const { instances } = task, { parameters, score } = tuneWatershed(instances, validation, emptyMask);
  const find: Record<string, (map: Float32Array, sample: ScoredMaps["samples"][number]) => LabelImage> = {
    watershed: (map, { labels }) => findInstances(instances, map, labels, parameters).labels,
    components: (map, { labels }) => labelObjects(task.foreground(map), labels, threshold).labels,
    otsu: (_, { image }) => labelObjects(otsuBaseline(image), image, 0.5).labels,
  };
  const scored = ({ samples, maps }: ScoredMaps) => {
    if (samples.length === 0) return { scores: {}, precisions: {} };
    const compared = each(
      find,
      (find) =>
        samples.map((sample, i) => {
          const { labels } = sample;
          return compareObjects(clearVoid(labels.data, labels), clearVoid(find(maps[i], sample).data, labels));
        }),
    );
    return {
      scores: each(compared, (images) => nullForNaN(scoreObjects(images, emptyMask))),
      precisions: each(compared, (images: ImageMatches[]) => images.map(meanAveragePrecision).map(orNull)),
    };
  };
  const validated = scored(validation), tested = scored(test);
  return {
    tuned: { parameters, score: orNull(score) },
    scores: validated.scores,
    imagePrecisions: validated.precisions,
    testScores: tested.scores,
    testPrecisions: tested.precisions,
  };
}

function each<In, Out>(values: Record<string, In>, change: (value: In) => Out): Record<string, Out> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, change(value)]));
}

function orNull(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}

/** JSON has no NaN. */
function nullForNaN(scores: ReturnType<typeof scoreObjects>): ObjectRecord["scores"][string] {
  return {
    ...scores,
    pooledPrecisions: scores.pooledPrecisions.map(orNull),
    pooledMeanPrecision: orNull(scores.pooledMeanPrecision),
    imagePrecisions: scores.imagePrecisions.map(orNull),
    imageMeanPrecision: orNull(scores.imageMeanPrecision),
    precision: orNull(scores.precision),
    recall: orNull(scores.recall),
    f1: orNull(scores.f1),
    panopticQuality: orNull(scores.panopticQuality),
    aggregatedJaccard: orNull(scores.aggregatedJaccard),
    aggregatedJaccardKumar: orNull(scores.aggregatedJaccardKumar),
  };
}
