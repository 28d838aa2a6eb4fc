import { bestSingle } from "./best_single.ts";
import { greedySelection } from "./greedy_selection.ts";
import type { EnsembleMethodDefinition } from "./method.ts";
import { residual, shallowCnn } from "./stacking.ts";
import { majorityVoting, softVoting, weightedSoftVoting } from "./voting.ts";

/** The ensembles of a study, after the best single member, which they are compared with. To add one: a file, and a line here. */
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
