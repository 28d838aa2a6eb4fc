import type { Dataset, Sample } from "../../datasets/dataset.ts";
import { DiceScorer } from "../../ensemble/dice_scorer.ts";
import { type EnsembleImage, ensembleImage } from "../../ensemble/ensemble_image.ts";
import type { ProbabilityMap } from "../../runs/probability_maps.ts";
import { RunError } from "../../runs/run_store.ts";
import { savedPredictions } from "../../runs/saved_predictions.ts";
import type { TaskDefinition } from "../../task/task.ts";
import type { MemberRuns } from "./members.ts";

/** The images of a data set, by id, with the targets of a task. */
export class SampleIndex {
  readonly #places: ReadonlyMap<string, number>;
  readonly #known = new Map<string, EnsembleImage>();
  /** The scores of the task. */
  readonly scorer: DiceScorer;

  constructor(readonly dataset: Dataset, readonly task: TaskDefinition) {
    this.scorer = new DiceScorer(task);
    this.#places = new Map(dataset.samples.map(({ id }, i) => [id, i]));
  }

  /** Returns an image with members' maps of it. */
  image(id: string, maps: readonly Float32Array[]): EnsembleImage {
    let image = this.#known.get(id);
    if (!image) this.#known.set(id, image = ensembleImage(this.sample(id), [], this.task));
    return { ...image, maps };
  }

  /** Returns whether there is such an image. */
  has(id: string): boolean {
    return this.#places.has(id);
  }

  /** Returns an image's index in the data set. */
  place(id: string): number {
    return this.#places.get(id)!;
  }

  /** Returns the image with this id. */
  sample(id: string): Sample {
    return this.dataset.samples[this.place(id)];
  }
}

function refuseOtherImages(maps: readonly ProbabilityMap[], folder: string, index: SampleIndex): void {
  const { name } = index.dataset;
  for (const { id, width, height } of maps) {
    const image = index.has(id) ? index.sample(id).image : undefined;
    if (image?.width === width && image.height === height) continue;
    const which = image ? `of other size than ${name}'s` : `that ${name} does not have`;
    throw new RunError(`${folder} kept the map of an image ${which} ("${id}"): delete this run to train it again`);
  }
}

/**
 * Reads the maps that all members kept for the images of one fold.
 *
 * @param results folder of all runs
 * @throws {RunError} if members kept maps of different images, or of images that the data set does not have.
 */
export async function gatherMaps(
  results: string,
  members: readonly MemberRuns[],
  fold: number,
  split: "validation" | "test" | "training",
  index: SampleIndex,
): Promise<EnsembleImage[]> {
  const maps: ProbabilityMap[][] = [];
  for (const { records } of members) maps.push(await savedPredictions(results, records[fold], split));
  members.forEach(({ records }, m) => refuseOtherImages(maps[m], `${results}/${records[fold].run}`, index));
  const ids = (list: readonly ProbabilityMap[]) => list.map(({ id }) => id).join("\n");
  members.forEach(({ records }, m) => {
    if (ids(maps[m]) === ids(maps[0])) return;
    throw new RunError(
      `${results}/${records[fold].run} kept other images' maps than ${members[0].records[fold].run}: ` +
        "delete both to train them again",
    );
  });
  return maps[0].map(({ id }, i) => index.image(id, maps.map((each) => each[i].probabilities)));
}
