import { differenceVerdict, MARGIN, type Verdict } from "../../evaluate/verdict.ts";
import { type CauseGains, gainsByCause, weakensMembers } from "../compare/gains_by_cause.ts";
import { labelFor } from "../labels.ts";
import { type ClaimDefinition, onMethod } from "./claim.ts";
import { verdictWords } from "./difference_words.ts";
import { showDifference } from "./show_interval.ts";

/** Judges the claim for one cause. */
function judgeCause({ difference }: CauseGains): Verdict {
  const verdict = differenceVerdict(difference);
  if (verdict === "worse") return "supported";
  return verdict === "inconclusive" ? "inconclusive" : "refuted";
}

/** The claim that an ensemble gains less from weaker members. */
export const garbageIn: ClaimDefinition = {
  claim: "Garbage in, garbage out: the weaker the members, the less an ensemble gains.",
  judge({ analysis }) {
    const causes = gainsByCause(analysis).filter(weakensMembers);
    if (causes.length === 0) return undefined;
    const verdicts = causes.map(judgeCause);
    return {
      rule: "For each cause by which the mean member's observed Dice at the weakest level is lower by " +
        `${MARGIN} or more than at the best, soft voting's gain with the weakest members less its gain with the best, with a margin of ±${MARGIN}: supported if it is worse (below −${MARGIN}) for every cause, refuted if ` +
        "it is better or equivalent for every cause.",
      finding: `soft voting's gain with the weakest members less its gain with the best, by ${
        causes.map(({ cause, difference }) =>
          `${labelFor(cause)} ${showDifference(difference)}, ${verdictWords(difference)}`
        ).join("; by ")
      }`,
      ...onMethod(verdicts.every((each) => each === verdicts[0]) ? verdicts[0] : "inconclusive", causes[0].difference),
    };
  },
};
