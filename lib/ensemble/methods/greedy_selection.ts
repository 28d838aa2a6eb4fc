import { greedySelection as select } from "../selection.ts";
import { softVote } from "../voting.ts";
import type { EnsembleMethodDefinition } from "./method.ts";

/** Soft voting of the members that help the average most, some of them several times. */
export const greedySelection: EnsembleMethodDefinition = {
  label: "greedy selection",
  source: "Caruana et al. 2004",
  stores: "weights",
  fit(images) {
    const { weights } = select(images);
    return Promise.resolve({ predict: ({ maps }) => softVote(maps, weights), weights });
  },
};
