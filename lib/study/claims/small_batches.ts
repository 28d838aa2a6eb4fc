import { groupBootstrap } from "../../evaluate/bootstrap.ts";
import { verdictBelow } from "../../evaluate/verdict.ts";
import { mean } from "../../math/mean.ts";
import { compareBatchSizes } from "../compare/run_comparisons.ts";
import type { ClaimDefinition } from "./claim.ts";
import { showInterval } from "./show_interval.ts";

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
      return groupBootstrap([differences], matching[0].groups);
    };
    const sameImages = meanCost((seen) => seen === 1), sameSteps = meanCost((seen) => seen < 1);
    if (!sameImages) return undefined;
    return {
      rule: `The whole interval of Dice at a batch of ${smallest} less that at ${
        batches[0].memberBatchSize
      } lies below 0, in the mean of the architectures, after as many images.`,
      finding: `${showInterval(sameImages)} after as many images${
        sameSteps ? `, ${showInterval(sameSteps)} after as many steps` : ""
      }`,
      verdict: verdictBelow(sameImages, 0),
    };
  },
};
