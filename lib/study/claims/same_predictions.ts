import { type ClaimDefinition, onThisData } from "./claim.ts";
import { showNumber } from "./show_interval.ts";

/** The least range that supports the claim. */
const LEAST_RANGE = 0.3;

/** The claim that the convention of scoring alone explains the differences. */
export const samePredictions: ClaimDefinition = {
  claim: "Dice of 0.33, 0.40 and 0.63 can be the same predictions, scored otherwise.",
  needs: ["tuned-conventions"],
  judge({ analysis }) {
    const ranges = analysis.members.map(({ conventions }) => {
      const scores = Object.values(conventions);
      return Math.max(...scores) - Math.min(...scores);
    });
    const widest = Math.max(...ranges);
    return {
      rule:
        `The widest range of one member's scores between the conventions: supported if it is ${LEAST_RANGE} or more, otherwise ` +
        "inconclusive. The claim says that there are such predictions, which those of other images cannot refute.",
      finding: `the widest range of one member is ${showNumber(widest, [LEAST_RANGE])}`,
      ...onThisData(widest >= LEAST_RANGE ? "supported" : "inconclusive"),
    };
  },
};
