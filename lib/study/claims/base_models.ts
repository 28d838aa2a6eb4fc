import { clusterInterval } from "../../evaluate/cluster_interval.ts";
import type { Interval } from "../../evaluate/interval.ts";
import { MARGIN, type Verdict } from "../../evaluate/verdict.ts";
import { mean } from "../../math/mean.ts";
import { meanMemberDice } from "../compare/comparisons.ts";
import { type ClaimDefinition, onThisData, verdictNotBetter } from "./claim.ts";
import { verdictWords } from "./difference_words.ts";
import { showDifference, showNumber, showScore } from "./show_interval.ts";

/** Decides whether an interval is within limits, outside, or across one. */
function within({ low, high }: Interval, from: number, to: number): Verdict {
  if (low >= from && high <= to) return "supported";
  return high < from || low > to ? "refuted" : "inconclusive";
}

/** The Dice of the original study's base models. */
const ORIGINAL_DICE = [0.3, 0.35] as const;

/** The claim about the Dice of the original study's base models. */
export const baseDice: ClaimDefinition = {
  claim: "Base models reach a Dice of 0.30 to 0.35.",
  judge({ analysis }) {
    const average = clusterInterval([meanMemberDice(analysis, "outOfFold")], analysis.outOfFold.groups);
    return {
      rule: "The mean member's Dice: supported if its interval lies within 0.30 to 0.35, refuted if it lies outside.",
      finding: `mean member out of fold ${showScore(average, ORIGINAL_DICE)}`,
      ...onThisData(within(average, ...ORIGINAL_DICE)),
    };
  },
};

/** The claim that base models have learnt nothing. */
export const noBetterThanAllForeground: ClaimDefinition = {
  claim: "Base models know no more than that everything is foreground.",
  needs: ["baselines"],
  judge({ analysis }) {
    const allForeground = analysis.baselines["all-foreground"].outOfFold;
    const lead = clusterInterval(
      [meanMemberDice(analysis, "outOfFold").map((dice, i) => dice - allForeground[i])],
      analysis.outOfFold.groups,
    );
    return {
      rule:
        `The mean member's difference from calling every pixel foreground, with a margin of ±${MARGIN}: supported if ` +
        `it is worse or equivalent (upper end not above +${MARGIN}), refuted if it is better (lower end above +${MARGIN}).`,
      finding: `${showDifference(lead)} compared with all foreground (${showNumber(mean(allForeground))}): ${
        verdictWords(lead)
      }`,
      ...onThisData(verdictNotBetter(lead)),
    };
  },
};
