import { diceScoreOrOne, type PixelCounts } from "../evaluate/metrics.ts";
import { VOID_CLASS } from "../images/image.ts";
import { withoutVoid } from "../images/void.ts";
import { mean } from "../math/mean.ts";
import type { TaskDefinition } from "../task/task.ts";
import { type EnsembleImage, imageTask } from "./ensemble_image.ts";

/** The threshold of an ensemble's masks, if its task has one. */
const THRESHOLD = 0.5;

/** The parts of an image that judge a prediction. */
type Judged = Pick<EnsembleImage, "truth" | "voidPixels">;

/** Returns the indices of the scored classes that are in the truth of an image; all of them if none is. */
function presentClasses({ scored, hasThreshold }: TaskDefinition, truths: Iterable<ArrayLike<number>>): number[] {
  const all = scored.map((_, c) => c);
  if (hasThreshold) return all;
  const found = new Uint8Array(VOID_CLASS + 1);
  for (const truth of truths) for (let i = 0; i < truth.length; i++) found[truth[i]] = 1;
  // The first class is the background, which is not scored.
  const present = all.filter((c) => found[c + 1]);
  return present.length > 0 ? present : all;
}

/**
 * Scores predictions of images by Dice: of foreground, or the mean of the classes that are in the truth of some image, so
 * that all predictions are scored by the same classes. A class that an image neither has nor is predicted to have counts
 * as 1. Void pixels do not count.
 */
export class DiceScorer {
  /** Names of the scored classes. */
  readonly classes: readonly string[];
  readonly #present: readonly number[];

  /** @param truths targets of all images, of which classes are scored */
  constructor(readonly task: TaskDefinition, truths: Iterable<ArrayLike<number>>) {
    this.#present = presentClasses(task, truths);
    this.classes = this.#present.map((c) => task.scored[c]);
  }

  /** Makes the scorer of the classes in these images. */
  static forImages(images: readonly EnsembleImage[]): DiceScorer {
    return new DiceScorer(imageTask(images[0]), images.map(({ truth }) => truth));
  }

  /** Selects the scored classes from values of all classes of the task but the background. */
  select<Value>(values: readonly Value[]): Value[] {
    return this.#present.map((c) => values[c]);
  }

  /**
   * Compares a prediction with the truth.
   *
   * @param threshold probabilities above it are foreground, if the task has a threshold. Default 0.5
   * @returns counts of each scored class
   */
  counts({ truth, voidPixels }: Judged, map: Float32Array, threshold = THRESHOLD): PixelCounts[] {
    // Targets of several classes mark void themselves.
    const left = this.task.hasThreshold ? voidPixels : undefined;
    return this.select(
      this.task.count(withoutVoid(map, left) as Float32Array, withoutVoid(truth, left), threshold),
    );
  }

  /** Computes the Dice of each scored class. */
  byClass(image: Judged, map: Float32Array): number[] {
    return this.counts(image, map).map(diceScoreOrOne);
  }

  /** Computes the Dice of a prediction, the mean of the scored classes. */
  dice(image: Judged, map: Float32Array): number {
    return mean(this.byClass(image, map));
  }
}
