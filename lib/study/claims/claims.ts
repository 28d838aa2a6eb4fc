import { groupBootstrap, type Interval } from "../../evaluate/bootstrap.ts";
import { type Verdict, verdictBelow } from "../../evaluate/verdict.ts";
import { mean } from "../../math/mean.ts";
import { compareEnsembles, meanMemberDice, qualityCurve, qualityPoints } from "../compare/comparisons.ts";
import type { Study } from "../study.ts";
import { compareBatchSizes } from "../compare/run_comparisons.ts";
import { compareStability } from "../analyse/stability.ts";

/** A claim of the original study, and what was found here. */
export interface ClaimResult {
  claim: string;
  /** What decides, in words. */
  rule: string;
  /** With numbers from the data. */
  finding: string;
  verdict: Verdict;
}

/** A gain in Dice below which an ensemble is said not to help. */
export const NO_HELP = 0.01;

const number = (value: number) => (value < 0 ? "−" : "") + Math.abs(value).toFixed(3);

/** An estimate with its interval, such as `0.912 (0.903 to 0.921)`. */
export function showInterval({ estimate, low, high }: Interval): string {
  return `${number(estimate)} (${number(low)} to ${number(high)})`;
}

/** Whether an interval lies within limits, outside, or across one. */
function within({ low, high }: Interval, from: number, to: number): Verdict {
  if (low >= from && high <= to) return "supported";
  return high < from || low > to ? "refuted" : "not decidable";
}

/** The claims that a study's own numbers can decide, each by a rule that is stated before. */
export function judgeClaims(study: Pick<Study, "analysis" | "runs">): ClaimResult[] {
  const { analysis } = study;
  const { groups } = analysis.outOfFold;
  const claims: ClaimResult[] = [];
  const average = groupBootstrap([meanMemberDice(analysis, "outOfFold")], groups);
  claims.push({
    claim: "Base models reach a Dice of 0.30 to 0.35.",
    rule: "The mean member's interval lies within 0.30 to 0.35.",
    finding: `mean member out of fold ${showInterval(average)}`,
    verdict: within(average, 0.3, 0.35),
  });

  const everywhere = analysis.baselines["foreground everywhere"].outOfFold;
  const above = groupBootstrap(
    [meanMemberDice(analysis, "outOfFold").map((dice, i) => dice - everywhere[i])],
    groups,
  );
  claims.push({
    claim: "Base models know no more than that everything is foreground.",
    rule: `The mean member's lead over calling every pixel foreground lies below ${NO_HELP}.`,
    finding: `lead ${showInterval(above)}; foreground everywhere scores ${number(mean(everywhere))}`,
    verdict: verdictBelow(above, NO_HELP),
  });

  for (const name of ["soft voting", "shallow CNN", "residual meta-model"]) {
    const comparison = compareEnsembles(analysis, "outOfFold").find((each) => each.name === name);
    if (!comparison) continue;
    const { difference } = comparison.versusBest;
    claims.push({
      claim: `${name[0].toUpperCase()}${name.slice(1)} does not help.`,
      rule: `The whole interval of its gain over the best single member lies below +${NO_HELP}.`,
      finding: `gain ${showInterval(difference)} over ${difference.groups} groups`,
      verdict: verdictBelow(difference, NO_HELP),
    });
  }

  const points = qualityPoints(analysis);
  if (points.length >= 4) {
    const { slope, turns } = qualityCurve(points);
    // The slope's interval by leaving out one point after the other (jackknife).
    const left = points.map((_, i) => qualityCurve(points.filter((_, k) => k !== i)).slope);
    const middle = mean(left);
    const spread = Math.sqrt(
      (left.length - 1) / left.length * left.reduce((sum, value) => sum + (value - middle) ** 2, 0),
    );
    const interval = {
      estimate: slope,
      low: slope - 1.96 * spread,
      high: slope + 1.96 * spread,
      groups: points.length,
    };
    claims.push({
      claim: "Garbage in, garbage out: the weaker the members, the less an ensemble gains.",
      rule: "The slope of gain over member quality is above 0 with its whole interval.",
      finding: `slope ${showInterval(interval)} over ${points.length / 2} levels, ${
        turns ? "with a" : "no"
      } turning point`,
      verdict: interval.low > 0 ? "supported" : interval.high < 0 ? "refuted" : "not decidable",
    });
  }

  const range = analysis.members.flatMap(({ conventions }) => {
    const scores = Object.values(conventions);
    return [Math.max(...scores) - Math.min(...scores)];
  });
  const widest = Math.max(...range);
  claims.push({
    claim: "Dice of 0.33, 0.40 and 0.63 can be the same predictions, scored otherwise.",
    rule: "One member's scores differ by 0.3 or more between the conventions.",
    finding: `the widest range of one member is ${number(widest)}`,
    verdict: widest >= 0.3 ? "supported" : "refuted",
  });

  const measures = compareStability(study);
  if (measures.length) {
    const verdicts = measures.map(({ verdict }) => verdict);
    const verdict = verdicts.every((each) => each === verdicts[0]) ? verdicts[0] : "not decidable";
    claims.push({
      claim: "BCE is more stable than focal loss.",
      rule:
        "BCE's gradient norm jumps less, it loses less Dice at a threshold of 0.5, and (with several seeds) its Dice " +
        "spreads less over seeds: each whole interval below 0.",
      finding: measures.map(({ measure, difference }) => `${measure}: BCE − focal ${showInterval(difference)}`).join(
        "; ",
      ),
      verdict,
    });
  }

  const batches = compareBatchSizes(study);
  const smallest = Math.min(...batches.map(({ batchSize }) => batchSize));
  const meanCost = (holds: (seen: number) => boolean) => {
    const matching = batches.filter(({ batchSize, seen }) => batchSize === smallest && holds(seen));
    if (matching.length === 0) return undefined;
    const differences = matching[0].differences.map((_, i) => mean(matching.map((each) => each.differences[i])));
    return groupBootstrap([differences], matching[0].groups);
  };
  const sameImages = meanCost((seen) => seen === 1), sameSteps = meanCost((seen) => seen < 1);
  if (sameImages) {
    claims.push({
      claim: "Small batches, which little memory forces, cost Dice.",
      rule: `The whole interval of Dice at a batch of ${smallest} less that at ${
        batches[0].usual
      } lies below 0, in the mean of the architectures, after as many images.`,
      finding: `${showInterval(sameImages)} after as many images${
        sameSteps ? `, ${showInterval(sameSteps)} after as many steps` : ""
      }`,
      verdict: verdictBelow(sameImages, 0),
    });
  }
  return claims;
}

/**
 * The claims of several studies side by side, for a table: each claim, its rule, and each study's verdict with what was
 * found there.
 *
 * @param about which claims. Default: all.
 */
export function claimRows(studies: readonly Pick<Study, "analysis" | "runs">[], about = /./): string[][] {
  const judged = studies.map(judgeClaims);
  // A study without the runs that a claim needs does not judge it.
  const claims = new Map(judged.flat().map(({ claim, rule }) => [claim, rule]));
  return [...claims].filter(([claim]) => about.test(claim)).map(([claim, rule]) => [
    claim,
    rule,
    ...judged.map((results) => {
      const result = results.find((each) => each.claim === claim);
      return result ? `${result.verdict}: ${result.finding}` : "–";
    }),
  ]);
}
