import { compareStability } from "../analyse/stability.ts";
import type { ClaimDefinition } from "./claim.ts";
import { showInterval } from "./show_interval.ts";

/** The claim that BCE is more stable than focal loss. */
export const bceMoreStable: ClaimDefinition = {
  claim: "BCE is more stable than focal loss.",
  needs: ["thresholds"],
  judge(study) {
    const measures = compareStability(study);
    if (measures.length === 0) return undefined;
    const verdicts = measures.map(({ verdict }) => verdict);
    return {
      rule:
        "BCE's gradient norm jumps less, it loses less Dice at a threshold of 0.5, and (with several seeds) its Dice " +
        "spreads less over seeds: each whole interval below 0.",
      finding: measures.map(({ measure, difference }) => `${measure}: BCE − focal ${showInterval(difference)}`)
        .join("; "),
      verdict: verdicts.every((each) => each === verdicts[0]) ? verdicts[0] : "inconclusive",
    };
  },
};
