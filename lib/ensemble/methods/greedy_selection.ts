import { greedySelection as select } from "../selection.ts";
import { softVote } from "../voting.ts";
import type { EnsembleMethodDefinition } from "./method.ts";

/** Soft voting of the members that improve the mean most; a member may be selected repeatedly. */
export const greedySelection: EnsembleMethodDefinition = {
  label: "greedy selection",
  source: "Caruana et al. 2004",
  stores: "weights",
  fit(images) {
    const { weights } = select(images);
    return Promise.resolve({ predict: ({ maps }) => softVote(maps, weights), weights });
  },
};
