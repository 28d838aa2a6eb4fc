import { comparePaired, compareUnpaired, type Comparison } from "../../evaluate/paired_comparison.ts";
import type { StudyAnalysis } from "../analyse/analysis_record.ts";
import { showDifference, showNumber } from "../claims/show_interval.ts";
import { differenceSentences } from "./difference_sentences.ts";
import { lossChoiceSentences } from "./loss_choice.ts";
import { bestKinds, type NetworkKind } from "./network_kinds.ts";

/** Compares two kinds of networks: in pairs of trainings if both have the same seeds, otherwise without pairs. */
export function compareKinds(ours: NetworkKind, theirs: NetworkKind, groups: readonly string[]): Comparison {
  const order = ours.seeds.map((seed) => theirs.seeds.indexOf(seed));
  return ours.seeds.length === theirs.seeds.length && !order.includes(-1)
    ? comparePaired(ours.dice, order.map((place) => theirs.dice[place]), groups)
    : compareUnpaired(ours.dice, theirs.dice, groups);
}

/**
 * Answers in a few sentences which architecture is best, each with the loss that is best on the scored images. If there was a
 * choice, the last sentence says so, and what the other folds choose.
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
  if (!next) {
    return [
      `${best.label} has a Dice of ${score} out of fold; no other architecture was trained.`,
      ...lossChoiceSentences(analysis, [best.architecture]),
    ].join(" ");
  }
  const { difference, detectable } = compareKinds(best, next, analysis.outOfFold.groups);
  return [
    ...differenceSentences([{
      difference,
      detectable,
      sentence: (words) =>
        `${best.label} has the highest Dice, ${score}. Compared with ${next.label} (${
          showNumber(next.estimate)
        }) the difference is ${showDifference(difference)}: ${words}.`,
    }]),
    ...lossChoiceSentences(analysis, [best.architecture, next.architecture]),
  ].join(" ");
}
