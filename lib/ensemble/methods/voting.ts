import { scoreWeights } from "../selection.ts";
import { imageMajorityVote, softVote } from "../voting.ts";
import type { EnsembleMethodDefinition } from "./method.ts";

/** Soft voting: the mean of the members' probabilities. */
export const softVoting: EnsembleMethodDefinition = {
  label: "soft voting",
  source: "Krogh & Vedelsby 1995",
  stores: "nothing",
  fit: () => Promise.resolve({ predict: ({ maps }) => softVote(maps) }),
};

/** Weighted soft voting: the mean of the members' probabilities, weighted by their Dice. */
export const weightedSoftVoting: EnsembleMethodDefinition = {
  label: "soft voting, weighted",
  source: "Krogh & Vedelsby 1995",
  stores: "weights",
  fit(images) {
    const weights = scoreWeights(images);
    return Promise.resolve({ predict: ({ maps }) => softVote(maps, weights), weights });
  },
};

/** Majority voting: the share of the members that call a pixel foreground, or that find a class. */
export const majorityVoting: EnsembleMethodDefinition = {
  label: "majority vote",
  source: "Hansen & Salamon 1990",
  stores: "nothing",
  fit: () => Promise.resolve({ predict: imageMajorityVote }),
};
