import type { Dataset } from "../datasets/dataset.ts";
import type { LabelImage } from "../images/image.ts";
import { clearVoid, findVoid } from "../images/void.ts";
import { pixelSides } from "../images/pixel_size.ts";
import { findInstances } from "../objects/find_instances.ts";
import type { Figure } from "../plots/figure.ts";
import { montage } from "../plots/montage/montage.ts";
import { createTask } from "../task/tasks.ts";
import type { TrainedRun } from "./train_run.ts";

/** Longest side of a picture in pixels, about. */
const SIDE = 512;

/**
 * Draws the validation images that a run segments worst and best, with the outlines of truth and prediction, and with wrong
 * pixels tinted. What is drawn is what ranks the images: if the record has scores of objects, the watershed's objects and
 * their mean average precision, otherwise the mask and its Dice. Of several classes, pixels of another class are wrong too.
 *
 * @param count number of images of each kind. Default 3.
 */
export async function predictionMontage(run: TrainedRun, dataset: Dataset, count = 3): Promise<Figure> {
  const { data, imageDice, objects, config } = run.record;
  const precisions = objects?.imagePrecisions.watershed, score = precisions ? "AP of objects" : "Dice";
  const task = createTask(config), maps = await run.predict(), hasClasses = config.task === "classes";
  const find = (map: Float32Array, labels: LabelImage) => {
    if (precisions && task.instances) {
      return findInstances(task.instances, map, labels, objects.tuned.parameters).labels.data;
    }
    return hasClasses ? task.classify(map, config.threshold) : task.decideForeground(map, config.threshold);
  };
  const samples = new Map(dataset.samples.map((sample) => [sample.id, sample]));
  const ranked = data.validation.map((id, i) => ({
    id,
    value: (precisions ?? imageDice.model)[i] ?? 1,
    map: maps[i],
  })).sort((a, b) => a.value - b.value);
  const isChosen = ranked.length > 2 * count;
  // The worst are in the left column, the best in the right one.
  const shown = isChosen ? ranked.slice(0, count).flatMap((worst, i) => [worst, ranked.at(-1 - i)!]) : ranked;
  const longest = Math.max(...shown.map(({ id }) => {
    const { width, height } = samples.get(id)!.image;
    return Math.max(width, height);
  }));
  const chosen =
    (isChosen
      ? `The ${count} worst (left) and ${count} best (right) validation images`
      : "All validation images, the worst first") +
    (precisions ? ", by the mean average precision of their objects" : "");
  return montage(
    shown.map(({ id, value, map }) => {
      const { image, labels, pixelSize = image.pixelSize } = samples.get(id)!;
      return {
        image,
        caption: `${score} ${value.toFixed(3)}  ${id}`,
        mask: labels.data,
        prediction: clearVoid(find(map, labels), labels),
        ...(hasClasses && { classes: labels.classes }),
        ignored: findVoid(labels),
        pixelWidth: pixelSize === undefined ? undefined : pixelSides(pixelSize)[1],
      };
    }),
    {
      columns: 2,
      // Pixels that are enlarged by a whole number stay sharp.
      side: longest < SIDE ? longest * Math.round(SIDE / longest) : SIDE,
      description: `${chosen}: outlines of truth and prediction, cyan is spurious, yellow missed${
        hasClasses ? ", magenta the wrong class" : ""
      }`,
    },
  );
}
