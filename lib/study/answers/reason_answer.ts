import { clusterInterval } from "../../evaluate/cluster_interval.ts";
import { mean } from "../../math/mean.ts";
import type { StudyAnalysis } from "../analyse/analysis_record.ts";
import { showInterval, showNumber } from "../claims/show_interval.ts";
import { BEST_SINGLE, compareEnsembles, meanMemberDice, partDice } from "../compare/comparisons.ts";

/**
 * Answers in one sentence why the soft vote of all members is better or worse than the best single member: its gain over
 * the mean member, and the distance from the mean member to the best.
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
 * assert.match(reasonAnswer(analysis), /^Averaging gains 0\.036 .*, less than the 0\.051 .* by which the best single/);
 * ```
 */
export function reasonAnswer(analysis: StudyAnalysis): string {
  const vote = compareEnsembles(analysis, "outOfFold").find(({ id }) => id === "soft-voting");
  if (!vote) return "The study has no soft vote of all members.";
  const { groups } = analysis.outOfFold, average = meanMemberDice(analysis, "outOfFold");
  const best = partDice(analysis.ensembles.find(({ id }) => id === BEST_SINGLE)!, "outOfFold");
  const lead = clusterInterval([best.map((dice, i) => dice - average[i])], groups);
  const gain = vote.versusMean.difference;
  return `Averaging gains ${showInterval(gain)} over the mean member (${showNumber(mean(average))}), ${
    gain.estimate > lead.estimate ? "more" : "less"
  } than the ${showInterval(lead)} by which the best single member is above it.`;
}
