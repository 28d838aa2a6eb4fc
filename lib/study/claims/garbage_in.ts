import { differenceVerdict, MARGIN, type Verdict } from "../../evaluate/verdict.ts";
import { type CauseGains, gainsByCause } from "../compare/gains_by_cause.ts";
import { labelFor } from "../labels.ts";
import { type ClaimDefinition, onMethod } from "./claim.ts";
import { verdictWords } from "./difference_words.ts";
import { showDifference } from "./show_interval.ts";

/** Returns whether the levels of a cause made the members weaker by the margin or more. */
function madeWeaker({ levels }: CauseGains): boolean {
  return levels.at(-1)!.quality.estimate - levels[0].quality.estimate >= MARGIN;
}

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
    const causes = gainsByCause(analysis).filter(madeWeaker);
    if (causes.length === 0) return undefined;
    const verdicts = causes.map(judgeCause);
    return {
      rule:
        "For each cause that made the members weaker, soft voting's gain with the weakest members less its gain with " +
        `the best, with a margin of ±${MARGIN}: supported if it is worse (below −${MARGIN}) for every cause, refuted if ` +
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
