import { bestSingle } from "./best_single.ts";
import { greedySelection } from "./greedy_selection.ts";
import type { EnsembleMethodDefinition } from "./method.ts";
import { residual, shallowCnn } from "./stacking.ts";
import { majorityVoting, softVoting, weightedSoftVoting } from "./voting.ts";

/**
 * The ensemble methods, after the best single member, with which they are compared. To add one, define it in a file and
 * list it here.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { ENSEMBLE_METHODS } from "lib/ensemble";
 *
 * // Out-of-fold maps of two members on two images of two pixels.
 * const image = (id: string) => ({
 *   id,
 *   group: id,
 *   width: 2,
 *   height: 1,
 *   truth: [0, 1],
 *   maps: [Float32Array.of(0.25, 0.75), Float32Array.of(0.5, 0.25)],
 * });
 * const { predict } = await ENSEMBLE_METHODS["soft-voting"].fit([image("a"), image("b")]);
 * assert.deepEqual(await predict(image("c")), Float32Array.of(0.375, 0.5));
 * ```
 */
export const ENSEMBLE_METHODS = {
  "best-single": bestSingle,
  "soft-voting": softVoting,
  "weighted-soft-voting": weightedSoftVoting,
  "greedy-selection": greedySelection,
  "majority-voting": majorityVoting,
  "shallow-cnn": shallowCnn,
  residual,
} as const satisfies Record<string, EnsembleMethodDefinition>;

/** An ensemble method's id. */
export type EnsembleMethodId = keyof typeof ENSEMBLE_METHODS;
