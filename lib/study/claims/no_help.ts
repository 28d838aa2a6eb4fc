import { ENSEMBLE_METHODS, type EnsembleMethodId } from "../../ensemble/methods/methods.ts";
import { verdictBelow } from "../../evaluate/verdict.ts";
import { compareEnsembles } from "../compare/comparisons.ts";
import { type ClaimDefinition, NO_HELP } from "./claim.ts";
import { showInterval } from "./show_interval.ts";

/** Makes the claim that an ensemble does not help. */
export function noHelp(method: EnsembleMethodId): ClaimDefinition {
  const { label } = ENSEMBLE_METHODS[method];
  return {
    claim: `${label[0].toUpperCase()}${label.slice(1)} does not help.`,
    judge({ analysis }) {
      const comparison = compareEnsembles(analysis, "outOfFold").find(({ id }) => id === method);
      if (!comparison) return undefined;
      const { difference } = comparison.versusBest;
      return {
        rule: `The whole interval of its gain over the best single member lies below +${NO_HELP}.`,
        finding: `gain ${showInterval(difference)} over ${difference.groups} groups`,
        verdict: verdictBelow(difference, NO_HELP),
      };
    },
  };
}
