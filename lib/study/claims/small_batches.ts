import { clusterInterval } from "../../evaluate/cluster_interval.ts";
import type { Interval } from "../../evaluate/interval.ts";
import { differenceVerdict, MARGIN, type Verdict } from "../../evaluate/verdict.ts";
import { mean } from "../../math/mean.ts";
import { compareBatchSizes } from "../compare/run_comparisons.ts";
import { type ClaimDefinition, onMethod } from "./claim.ts";
import { verdictWords } from "./difference_words.ts";
import { showDifference } from "./show_interval.ts";

/** Judges the claim "worse": refuted if the lower end is not below minus the margin. */
function verdictWorse(difference: Interval): Verdict {
  if (differenceVerdict(difference) === "worse") return "supported";
  return difference.low >= -MARGIN ? "refuted" : "inconclusive";
}

/** The claim that small batches cost Dice. */
export const smallBatches: ClaimDefinition = {
  claim: "Small batches, which little memory forces, cost Dice.",
  judge(study) {
    const batches = compareBatchSizes(study);
    const smallest = Math.min(...batches.map(({ batchSize }) => batchSize));
    const meanCost = (holds: (seen: number) => boolean) => {
      const matching = batches.filter(({ batchSize, seen }) => batchSize === smallest && holds(seen));
      if (matching.length === 0) return undefined;
      const differences = matching[0].differences.map((_, i) => mean(matching.map((each) => each.differences[i])));
      return clusterInterval([differences], matching[0].groups);
    };
    const sameImages = meanCost((seen) => seen === 1), sameSteps = meanCost((seen) => seen < 1);
    if (!sameImages || !sameSteps) return undefined;
    const [verdict, other] = [sameImages, sameSteps].map(verdictWorse);
    return {
      rule:
        `Dice at a batch of ${smallest} less that at ${
          batches[0].memberBatchSize
        }, in the mean of the architectures, after as many images and after as many steps, with a margin of ±${MARGIN}: ` +
        `supported if it is worse after both (upper end below −${MARGIN}), refuted if it is equivalent or better after ` +
        `both (lower end not below −${MARGIN}). After as many images a smaller batch has taken more steps, and after as ` +
        "many steps it has seen fewer images, so one of them alone decides nothing.",
      finding: `${showDifference(sameImages)} after as many images, ${verdictWords(sameImages)}; ${
        showDifference(sameSteps)
      } after as many steps, ${verdictWords(sameSteps)}`,
      ...onMethod(verdict === other ? verdict : "inconclusive", sameImages),
    };
  },
};
