import type { Sample } from "../datasets/dataset.ts";
import { BASELINES } from "../evaluate/baselines.ts";
import { imageDice, scoreClasses } from "../evaluate/class_scores.ts";
import { countPixels, type EmptyMaskScore, type PixelCounts } from "../evaluate/metrics.ts";
import { VOID_CLASS } from "../images/image.ts";
import { createTask } from "../task/tasks.ts";
import type { TrainingConfig } from "../train/config.ts";
import type { RunRecord } from "./run_store.ts";

/** Scores of a run's maps and of the baselines, together and per image. */
export type MapScores = Pick<RunRecord, "scores" | "imageDice" | "classScores" | "foregroundScores">;

/**
 * Scores a run's maps. For a task of several classes, the score of the model is the mean over the classes that
 * occur in an image, and the baselines, which know no classes, are compared with its foreground.
 */
export function scoreMaps(
  samples: readonly Sample[],
  maps: readonly Float32Array[],
  config: TrainingConfig,
): MapScores {
  if (samples.length === 0) return { scores: {}, imageDice: {} };
  const { threshold, emptyMask } = config, task = createTask(config);
  const counts = {
    model: samples.map(({ labels }, i) => task.count(maps[i], task.targets(labels), threshold)),
  };
  const baselines = Object.fromEntries(
    Object.entries(BASELINES).map(([id, { predict }]) => [
      id,
      samples.map((sample) => [countForeground(predict(sample.image), sample, 0.5)]),
    ]),
  );
  const binary = ["foreground"], { scored } = task;
  if (task.hasThreshold) return scoreAll({ ...counts, ...baselines }, binary, emptyMask);
  const foreground = {
    model: samples.map((sample, i) => [countForeground(task.decideForeground(maps[i], threshold), sample, 0.5)]),
    ...baselines,
  };
  return {
    ...scoreAll(counts, scored, emptyMask),
    classScores: scoreClasses(counts.model, scored, emptyMask).classes,
    foregroundScores: scoreAll(foreground, binary, emptyMask).scores,
  };
}

function scoreAll(
  counts: Record<string, PixelCounts[][]>,
  names: readonly string[],
  empty: EmptyMaskScore,
): Pick<MapScores, "scores" | "imageDice"> {
  const each = <T>(compute: (counts: PixelCounts[][]) => T) =>
    Object.fromEntries(Object.entries(counts).map(([name, c]) => [name, compute(c)]));
  return {
    scores: each((c) => scoreClasses(c, names, empty).mean),
    imageDice: each((c) => imageDice(c).map((dice) => Number.isNaN(dice) ? null : dice)),
  };
}

/** Counts the pixels of foreground that are not void. */
function countForeground(map: Float32Array | Uint8Array, { labels }: Sample, threshold: number): PixelCounts {
  const { data, classes } = labels;
  if (!classes?.includes(VOID_CLASS)) return countPixels(map, data, threshold);
  const counts = (_: number, i: number) => classes[i] !== VOID_CLASS;
  return countPixels(map.filter(counts), data.filter(counts), threshold);
}
