import { meanOfOccurring } from "../evaluate/class_scores.ts";
import { diceScore, type PixelCounts } from "../evaluate/metrics.ts";
import { withoutVoid } from "../images/void.ts";
import type { TaskDefinition } from "../task/task.ts";
import { type EnsembleImage, imageTask } from "./ensemble_image.ts";

/** The threshold of an ensemble's masks, if its task has one. */
export const SCORED_THRESHOLD = 0.5;

/** The parts of an image that judge a prediction. */
type Judged = Pick<EnsembleImage, "truth" | "voidPixels">;

/**
 * Scores predictions of images by Dice: of foreground, or the mean of the classes that occur in the truth or in the
 * prediction of the image. An image in which none occurs counts as 1. Void pixels do not count.
 */
export class DiceScorer {
  constructor(readonly task: TaskDefinition) {}

  /** Makes the scorer of the task of these images. */
  static forImages(images: readonly EnsembleImage[]): DiceScorer {
    return new DiceScorer(imageTask(images[0]));
  }

  /**
   * Compares a prediction with the truth.
   *
   * @param threshold probabilities above it are foreground, if the task has a threshold. Default 0.5
   * @returns counts of each scored class
   */
  counts({ truth, voidPixels }: Judged, map: Float32Array, threshold = SCORED_THRESHOLD): PixelCounts[] {
    // Targets of several classes mark void themselves.
    const left = this.task.hasThreshold ? voidPixels : undefined;
    return this.task.count(withoutVoid(map, left) as Float32Array, withoutVoid(truth, left), threshold);
  }

  /** Computes the Dice of each scored class; NaN for a class that does not occur. */
  byClass(image: Judged, map: Float32Array): number[] {
    return this.counts(image, map).map(diceScore);
  }

  /**
   * Computes the Dice of an image from that of its classes.
   *
   * @param byClass what {@linkcode byClass} returned
   */
  mean(byClass: readonly number[]): number {
    const dice = meanOfOccurring(byClass);
    return Number.isNaN(dice) ? 1 : dice;
  }

  /** Computes the Dice of a prediction. */
  dice(image: Judged, map: Float32Array): number {
    return this.mean(this.byClass(image, map));
  }
}
