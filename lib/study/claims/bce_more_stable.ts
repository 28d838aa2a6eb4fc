import { compareStability } from "../analyse/stability.ts";
import { type ClaimDefinition, onMethod } from "./claim.ts";
import { showInterval } from "./show_interval.ts";

/** The claim that BCE is more stable than focal loss. */
export const bceMoreStable: ClaimDefinition = {
  claim: "BCE is more stable than focal loss.",
  needs: ["thresholds"],
  judge(study) {
    const measures = compareStability(study);
    if (!measures.some(({ id }) => id === "jumps")) return undefined;
    const verdicts = measures.map(({ verdict }) => verdict);
    // The measure with the fewest trainings decides whether there is a verdict on the losses.
    const [{ difference: least }] = measures.toSorted((a, b) => a.difference.trainings - b.difference.trainings);
    return {
      rule:
        "BCE less focal loss in jumps of the gradient's norm, in the Dice lost at a threshold of 0.5, and (with several " +
        "seeds) in the spread of Dice over seeds, with a limit of 0: supported if every interval is below 0, refuted if " +
        "every one is above. The units of the first two are architectures. The margin of 0.01 is for differences in Dice " +
        "between methods, which these are not.",
      finding: measures.map(({ measure, difference }) => `${measure}: BCE − focal ${showInterval(difference, [0])}`)
        .join("; "),
      ...onMethod(verdicts.every((each) => each === verdicts[0]) ? verdicts[0] : "inconclusive", least),
    };
  },
};
