import type { Dataset } from "../datasets/dataset.ts";
import { type Statement, statement } from "../display/statement.ts";
import { explorePredictions, type Explorer } from "../plots/explorer/explore_predictions.ts";
import type { TrainedRun } from "./train_run.ts";

/**
 * Makes a picture in which readers explore validation images of a run, from the worst Dice to the best: image, threshold,
 * errors, probabilities and uncertainty. Without the task foreground, in which a threshold decides, it is a sentence.
 *
 * @param count number of images. Default 4.
 */
export async function predictionExplorer(run: TrainedRun, dataset: Dataset, count = 4): Promise<Explorer | Statement> {
  const { data, imageDice, config } = run.record;
  if (config.task !== "foreground") {
    return statement(`There is no threshold to explore: the task ${config.task} takes the most probable class.`);
  }
  const maps = await run.predict(), samples = new Map(dataset.samples.map((sample) => [sample.id, sample]));
  const ranked = data.validation
    .map((id, i) => ({ id, dice: imageDice.model[i] ?? 1, probabilities: maps[i] }))
    .sort((a, b) => a.dice - b.dice);
  const last = ranked.length - 1, shown = Math.min(count, ranked.length);
  const places = new Set(Array.from({ length: shown }, (_, i) => Math.round(i * last / Math.max(1, shown - 1))));
  return explorePredictions(
    [...places].map((place) => {
      const { id, dice, probabilities } = ranked[place], { image, labels } = samples.get(id)!;
      // A large image is shown in part, whose Dice is another one.
      return { name: `${id} (Dice of the whole image: ${dice.toFixed(3)})`, image, labels, probabilities };
    }),
    { threshold: config.threshold },
  );
}
