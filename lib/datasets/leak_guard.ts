import type { Dataset } from "./dataset.ts";
import { UserError } from "../io/user_error.ts";

/**
 * Thrown when what was fitted on images is about to be used on the same ones as if they were unseen.
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
 * A value that was fitted on some images (a threshold, weights of an ensemble, a normalisation), with the record of
 * which. Ask for it with {@linkcode LeakGuard.forHeldOut} wherever a score is to mean something.
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
  /** Ids of the images that it was fitted on. */
  readonly ids: readonly string[];
  readonly #groups: ReadonlySet<string>;

  /**
   * @param what stands in messages
   * @param indices of the samples that it was fitted on
   */
  constructor(readonly what: string, readonly value: T, dataset: Dataset, indices: readonly number[]) {
    this.ids = indices.map((index) => dataset.samples[index].id);
    this.#groups = new Set(indices.map((index) => dataset.samples[index].group));
  }

  /**
   * The value, for images that had no part in it.
   *
   * @throws {LeakError} if one of them, or another of its group, had.
   */
  forHeldOut(dataset: Dataset, indices: readonly number[]): T {
    const seen = new Set(this.ids);
    for (const index of indices) {
      const { id, group } = dataset.samples[index];
      if (seen.has(id)) {
        throw new LeakError(
          `${this.what} was fitted on ${id}: a score there says nothing, use images that it has not seen`,
        );
      }
      if (this.#groups.has(group)) {
        throw new LeakError(
          `${this.what} was fitted on images of the group "${group}", to which ${id} belongs: use other groups`,
        );
      }
    }
    return this.value;
  }
}
