import { listWords } from "../../display/list_words.ts";
import { differenceVerdict } from "../../evaluate/verdict.ts";
import { mean } from "../../math/mean.ts";
import type { StudyAnalysis } from "../analyse/analysis_record.ts";
import { showNumber } from "../claims/show_interval.ts";
import { ensembleName } from "../compare/lone_selection.ts";
import { bestTuned, compareTuned, showMembers } from "../compare/tuned_comparisons.ts";

/**
 * Says in a sentence which member is best if each has a tuned threshold, and which ensembles are better than it there.
 *
 * @param analysis the analysis of a study
 * @returns `undefined` if the analysis has no Dice at tuned thresholds
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { join } from "node:path";
 * import { projectFolder } from "lib/runs";
 * import { openStudy, tunedHeadline } from "lib/study";
 *
 * const { analysis } = await openStudy("weak-members", join(projectFolder(), "results/committed"));
 * assert.match(tunedHeadline(analysis)!, /best single member \(unet bce\) has 0\.505 \(at 0\.5: 0\.367\), and no ensemble/);
 * ```
 */
export function tunedHeadline(analysis: StudyAnalysis): string | undefined {
  const best = bestTuned(analysis), compared = compareTuned(analysis).filter(({ inFold }) => !inFold);
  if (!best || compared.length === 0) return undefined;
  const better = compared.filter(({ versusBest }) => differenceVerdict(versusBest.difference) === "better");
  const found = better.length
    ? `${listWords(better.map(({ id }) => ensembleName(analysis, id)))} ${
      better.length === 1 ? "is" : "are"
    } better than it there`
    : "no ensemble is shown to be better than it there";
  const members = analysis.members.filter(({ name }) => best.names.includes(name));
  const before = members.length === 1 ? ` (at 0.5: ${showNumber(mean(members[0].outOfFold))})` : "";
  return `At thresholds tuned on the other folds the best single member (${showMembers(best.names)}) has ${
    showNumber(mean(best.dice))
  }${before}, and ${found}.`;
}
