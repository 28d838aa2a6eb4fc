import { ENSEMBLE_METHODS, type EnsembleMethodId } from "../../ensemble/methods/methods.ts";
import { MARGIN } from "../../evaluate/verdict.ts";
import { compareEnsembles } from "../compare/comparisons.ts";
import { compareTuned } from "../compare/tuned_comparisons.ts";
import { type ClaimDefinition, onMethod, verdictNotBetter } from "./claim.ts";
import { verdictWords } from "./difference_words.ts";
import { showDifference } from "./show_interval.ts";

/** Makes the claim that an ensemble does not help. */
export function noHelp(method: EnsembleMethodId): ClaimDefinition {
  const { label } = ENSEMBLE_METHODS[method];
  return {
    claim: `${label[0].toUpperCase()}${label.slice(1)} does not help.`,
    judge({ analysis }) {
      const comparison = compareEnsembles(analysis, "outOfFold").find(({ id }) => id === method);
      if (!comparison) return undefined;
      const { difference, detectable } = comparison.versusBest;
      // The rule is about masks at 0.5, as the original study made them; a tuned threshold can explain a gain there.
      const tuned = compareTuned(analysis).find(({ id }) => id === method)?.versusBest;
      const atTuned = tuned
        ? `; each at tuned thresholds ${showDifference(tuned.difference)}: ${
          verdictWords(tuned.difference, tuned.detectable)
        }`
        : "";
      return {
        rule: `Its difference from the best single member, with a margin of ±${MARGIN}: supported if it is worse or ` +
          `equivalent (upper end not above +${MARGIN}), refuted if it is better (lower end above +${MARGIN}).`,
        finding: `${
          showDifference(difference)
        } compared with the best single member, over ${difference.groups} groups: ${
          verdictWords(difference, detectable)
        }${atTuned}`,
        ...onMethod(verdictNotBetter(difference), difference),
      };
    },
  };
}
