import type { Sample } from "../../datasets/dataset.ts";
import type { EnsembleImage } from "../../ensemble/ensemble_image.ts";
import type { StudyAnalysis } from "./analysis_record.ts";
import type { StudyMaps } from "./study_maps.ts";

/** Scores a baseline, which needs no training. */
export function scoreBaseline(
  { outOfFold, tests, index }: StudyMaps,
  predict: (sample: Sample) => Float32Array,
): StudyAnalysis["baselines"][string] {
  const score = (images: readonly EnsembleImage[]) =>
    images.map((image) => index.scorer.dice(image, predict(index.sample(image.id))));
  return { outOfFold: score(outOfFold), test: score(tests[0]) };
}
