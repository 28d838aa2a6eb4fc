import type { Dataset } from "./dataset.ts";
import { UserError } from "../io/user_error.ts";

/**
 * Thrown if a value that was fitted on images is about to be used on the same images as if they were unseen.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { generateDataset, LeakError, LeakGuard } from "lib";
 *
 * const dataset = await generateDataset({ count: 3, size: 32 });
 * const threshold = new LeakGuard("a threshold", 0.4, dataset, [0, 1]);
 * assert.equal(threshold.forHeldOut(dataset, [2]), 0.4);
 * assert.throws(() => threshold.forHeldOut(dataset, [1, 2]), LeakError);
 * ```
 */
export class LeakError extends UserError {
  override readonly name = "LeakError";
}

/**
 * A value that was fitted on images (a threshold, weights of an ensemble, a normalisation), with the record of these
 * images. Read it with {@linkcode LeakGuard.forHeldOut} to make sure that a score is unbiased.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { generateDataset, LeakGuard } from "lib";
 *
 * const dataset = await generateDataset({ count: 3, size: 32 });
 * const threshold = new LeakGuard("the threshold", 0.4, dataset, [0, 1]);
 * assert.equal(threshold.forHeldOut(dataset, [2]), 0.4);
 * assert.throws(() => threshold.forHeldOut(dataset, [1, 2]), /the threshold was fitted on nuclei-0001/);
 * ```
 */
export class LeakGuard<T> {
  /** Ids of the images on which it was fitted. */
  readonly ids: readonly string[];
  readonly #groups: ReadonlySet<string>;

  /**
   * @param name the value's name, for messages
   * @param indices indices of the samples on which it was fitted
   */
  constructor(readonly name: string, readonly value: T, dataset: Dataset, indices: readonly number[]) {
    this.ids = indices.map((index) => dataset.samples[index].id);
    this.#groups = new Set(indices.map((index) => dataset.samples[index].group));
  }

  /**
   * Returns the value for images on which it was not fitted.
   *
   * @throws {LeakError} if it was fitted on one of them, or on another image of its group.
   */
  forHeldOut(dataset: Dataset, indices: readonly number[]): T {
    const seen = new Set(this.ids);
    for (const index of indices) {
      const { id, group } = dataset.samples[index];
      if (seen.has(id)) {
        throw new LeakError(
          `${this.name} was fitted on ${id}, so a score there is biased: use unseen images`,
        );
      }
      if (this.#groups.has(group)) {
        throw new LeakError(
          `${this.name} was fitted on images of the group "${group}", to which ${id} belongs: use other groups`,
        );
      }
    }
    return this.value;
  }
}
