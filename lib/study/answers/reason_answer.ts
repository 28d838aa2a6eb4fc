import { clusterInterval } from "../../evaluate/cluster_interval.ts";
import { mean } from "../../math/mean.ts";
import type { StudyAnalysis } from "../analyse/analysis_record.ts";
import { showDifference, showInterval, showNumber } from "../claims/show_interval.ts";
import { BEST_SINGLE, compareEnsembles, meanMemberDice, nestedSeeds, partDice } from "../compare/comparisons.ts";
import { differenceSentences } from "./difference_sentences.ts";

/** Compares the soft vote of all members with the best single and the mean member. */
const compareVote = (analysis: StudyAnalysis) =>
  compareEnsembles(analysis, "outOfFold").find(({ id }) => id === "soft-voting");

/** Says in one sentence what averaging gains over the mean member, and how far the best single member is above it. */
export function reasonHeadline(analysis: StudyAnalysis, vote = compareVote(analysis)): string | undefined {
  if (!vote) return undefined;
  const best = analysis.ensembles.find(({ id }) => id === BEST_SINGLE)!, seeds = nestedSeeds(analysis);
  // With votes of each seed, the best single member is that of each seed too.
  const bests = seeds ? best.bySeed : [partDice(best, "outOfFold")];
  const averages = (seeds ?? [analysis.members]).map((members) => meanMemberDice({ members }, "outOfFold"));
  const lead = clusterInterval(
    bests.map((dice, s) => dice.map((value, i) => value - averages[s][i])),
    analysis.outOfFold.groups,
  );
  return `Averaging gains ${showInterval(vote.versusMean.difference)} over the mean member (${
    showNumber(mean(averages.map(mean)))
  }), and the best single member is ${showInterval(lead)} above it.`;
}

/**
 * Answers in a few sentences why the soft vote of all members is better or worse than the best single member: its gain over
 * the mean member, the distance from the mean member to the best, and the verdict on the difference of both.
 *
 * @param analysis the analysis of a study
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { join } from "node:path";
 * import { projectFolder } from "lib/runs";
 * import { openStudy, reasonAnswer } from "lib/study";
 *
 * const { analysis } = await openStudy("dsb2018_fluo", join(projectFolder(), "results/committed"));
 * assert.match(reasonAnswer(analysis), /^Averaging gains 0\.036 .*, and the best single member is 0\.051 .*, worse\./);
 * ```
 */
export function reasonAnswer(analysis: StudyAnalysis): string {
  const vote = compareVote(analysis);
  if (!vote) return "The study has no soft vote of all members.";
  const { difference, detectable } = vote.versusBest;
  return [
    reasonHeadline(analysis, vote),
    ...differenceSentences([{
      difference,
      detectable,
      sentence: (words) =>
        `The soft vote compared with the best single member: ${showDifference(difference)}, ${words}.`,
    }]),
  ].join(" ");
}
