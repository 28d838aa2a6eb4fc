import type { ClaimDefinition } from "./claim.ts";
import { showNumber } from "./show_interval.ts";

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
      rule: "One member's scores differ by 0.3 or more between the conventions.",
      finding: `the widest range of one member is ${showNumber(widest)}`,
      verdict: widest >= 0.3 ? "supported" : "refuted",
    };
  },
};
