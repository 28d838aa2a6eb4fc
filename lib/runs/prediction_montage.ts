import type { Dataset } from "../datasets/dataset.ts";
import { foreground } from "../images/foreground.ts";
import { clearVoid } from "../images/void.ts";
import type { Figure } from "../plots/figure.ts";
import { montage } from "../plots/montage.ts";
import { createTask } from "../task/tasks.ts";
import type { TrainedRun } from "./train_run.ts";

/**
 * Draws the validation images that a run segments worst and best, with correct pixels tinted green, spurious ones
 * orange and missed ones blue. If the masks hold object numbers, images are ranked by the mean average precision of the
 * watershed's objects, otherwise by Dice.
 *
 * @param count number of images of each kind. Default 4.
 */
export async function predictionMontage(run: TrainedRun, dataset: Dataset, count = 4): Promise<Figure> {
  const { data, imageDice, objects, config } = run.record;
  const precisions = objects?.imagePrecisions.watershed, score = precisions ? "AP" : "Dice";
  const task = createTask(config), maps = await run.predict();
  const samples = new Map(dataset.samples.map((sample) => [sample.id, sample]));
  const ranked = data.validation.map((id, i) => ({
    id,
    value: (precisions ?? imageDice.model)[i] ?? 1,
    map: maps[i],
  })).sort((a, b) => a.value - b.value);
  const shown = ranked.length <= 2 * count ? ranked : [...ranked.slice(0, count), ...ranked.slice(-count)];
  return montage(
    shown.map(({ id, value, map }) => {
      const { image, labels } = samples.get(id)!;
      return {
        image,
        caption: `${score} ${value.toFixed(3)}  ${id.slice(0, 14)}`,
        mask: foreground(labels),
        prediction: clearVoid(task.decideForeground(map, config.threshold), labels),
      };
    }),
    {
      columns: count,
      description:
        `The ${count} worst and ${count} best validation images: green is correct, orange spurious, blue missed`,
    },
  );
}
