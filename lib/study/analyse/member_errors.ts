import { type Sample, sampleModality } from "../../datasets/dataset.ts";
import { objectAreas } from "../../datasets/dataset_summary.ts";
import type { EnsembleImage } from "../../ensemble/ensemble_image.ts";
import { addErrors, emptyErrorCounts, type ErrorCounts, objectErrors } from "../../evaluate/object_errors.ts";
import { clearVoid } from "../../images/void.ts";
import type { SampleIndex } from "./gather_maps.ts";

/** Returns the area in pixels below which an object counts as small: the median of all objects. */
export function medianArea(samples: readonly Sample[]): number {
  const areas = samples.flatMap(({ labels }) => [...objectAreas(labels).values()]);
  return areas.sort((a, b) => a - b)[areas.length >> 1] ?? 0;
}

/** Counts the errors of predictions in the foreground, of all classes together, over all images and by modality. */
export function countErrors(
  images: readonly EnsembleImage[],
  predict: (image: EnsembleImage, i: number) => Float32Array,
  index: SampleIndex,
  smallArea: number,
): { errors: ErrorCounts; errorsByModality: Record<string, ErrorCounts> } {
  const errors = emptyErrorCounts(), errorsByModality: Record<string, ErrorCounts> = {};
  images.forEach((image, i) => {
    const sample = index.sample(image.id);
    const found = clearVoid(index.task.decideForeground(predict(image, i), 0.5), sample.labels);
    const counts = objectErrors(found, sample.labels, { smallArea });
    addErrors(errors, counts);
    addErrors(errorsByModality[sampleModality(sample)] ??= emptyErrorCounts(), counts);
  });
  return { errors, errorsByModality };
}
