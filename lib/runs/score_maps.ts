import type { Sample } from "../datasets/dataset.ts";
import { BASELINES } from "../evaluate/baselines.ts";
import { countPixels, diceScore, type PixelCounts, scoreImages } from "../evaluate/metrics.ts";
import type { TrainingConfig } from "../train/config.ts";
import type { RunRecord } from "./run_store.ts";

/** Scores of a run's maps and of the baselines, together and per image. */
export function scoreMaps(
  samples: readonly Sample[],
  maps: readonly Float32Array[],
  { threshold, emptyMask }: TrainingConfig,
): Pick<RunRecord, "scores" | "imageDice"> {
  if (samples.length === 0) return { scores: {}, imageDice: {} };
  const masks = samples.map(({ labels }) => labels.data);
  const counts: Record<string, PixelCounts[]> = {
    model: maps.map((map, i) => countPixels(map, masks[i], threshold)),
    ...Object.fromEntries(
      Object.entries(BASELINES).map(([id, { predict }]) => [
        id,
        samples.map(({ image }, i) => countPixels(predict(image), masks[i])),
      ]),
    ),
  };
  const each = <T>(score: (counts: PixelCounts[]) => T) =>
    Object.fromEntries(Object.entries(counts).map(([name, c]) => [name, score(c)]));
  return {
    scores: each((c) => scoreImages(c, emptyMask)),
    imageDice: each((c) => c.map(diceScore).map((dice) => Number.isNaN(dice) ? null : dice)),
  };
}
