import { comparePaired, type Comparison } from "../../evaluate/paired_comparison.ts";
import { mean } from "../../math/mean.ts";
import type { StudyAnalysis } from "../analyse/analysis_record.ts";
import { showDifference, showNumber } from "../claims/show_interval.ts";
import { differenceSentences } from "./difference_sentences.ts";
import { bestKinds, type NetworkKind } from "./network_kinds.ts";

/** Compares two kinds of networks, paired by seed if both have as many. */
export function compareKinds(ours: NetworkKind, theirs: NetworkKind, groups: readonly string[]): Comparison {
  const averaged = ({ dice }: NetworkKind) => [groups.map((_, i) => mean(dice.map((seed) => seed[i])))];
  return ours.dice.length === theirs.dice.length
    ? comparePaired(ours.dice, theirs.dice, groups)
    : comparePaired(averaged(ours), averaged(theirs), groups);
}

/**
 * Answers in a few sentences which architecture is best, each with the better of its losses.
 *
 * @param analysis the analysis of a study
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { join } from "node:path";
 * import { projectFolder } from "lib/runs";
 * import { modelAnswer, openStudy } from "lib/study";
 *
 * const { analysis } = await openStudy("dsb2018_fluo", join(projectFolder(), "results/committed"));
 * assert.match(modelAnswer(analysis), /^UNet with BCE has the highest Dice, 0\.916\. .* for the method it is undecided/);
 * ```
 */
export function modelAnswer(analysis: Pick<StudyAnalysis, "members" | "outOfFold">): string {
  const [best, next] = bestKinds(analysis), score = showNumber(best.estimate);
  if (!next) return `${best.label} has a Dice of ${score} out of fold; no other architecture was trained.`;
  const { difference, detectable } = compareKinds(best, next, analysis.outOfFold.groups);
  return differenceSentences([{
    difference,
    detectable,
    sentence: (words) =>
      `${best.label} has the highest Dice, ${score}. Compared with ${next.label} (${
        showNumber(next.estimate)
      }) the difference is ${showDifference(difference)}: ${words}.`,
  }]).join(" ");
}
