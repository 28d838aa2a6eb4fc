import { comparePaired } from "../../evaluate/paired_comparison.ts";
import { differenceVerdict, MARGIN } from "../../evaluate/verdict.ts";
import { listWords } from "../../display/list_words.ts";
import { architectureLabel } from "../../nn/architectures/architectures.ts";
import type { StudyAnalysis } from "../analyse/analysis_record.ts";
import { showDifference } from "../claims/show_interval.ts";
import { BEST_SINGLE, compareEnsembles, nestedSeeds } from "../compare/comparisons.ts";
import { ensembleName, loneSentence } from "../compare/lone_selection.ts";
import { type AnsweredDifference, differenceSentences } from "./difference_sentences.ts";
import { bestKinds } from "./network_kinds.ts";

/** Returns "one UNet" if the best single member is one on every image, otherwise "the best single member". */
function rival(analysis: Pick<StudyAnalysis, "members" | "ensembles">): string {
  const [{ architecture }] = bestKinds(analysis);
  const dice = analysis.ensembles.find(({ id }) => id === BEST_SINGLE)!.outOfFold;
  const same = analysis.members.filter((member) => member.architecture === architecture);
  return dice.every((value, i) => same.some(({ outOfFold }) => outOfFold[i] === value))
    ? `one ${architectureLabel(architecture)}`
    : "the best single member";
}

/** Writes how several trainings of one architecture, averaged, compare with one of them. */
function sameArchitecture({ controls }: Pick<StudyAnalysis, "controls">, architecture: string): AnsweredDifference[] {
  const find = (wanted: string) =>
    controls?.entries.find((entry) => entry.kind === wanted && entry.architecture === architecture);
  const several = find("seeds"), alone = find("alone");
  if (!controls || !several || !alone) return [];
  const { difference, detectable } = comparePaired([several.dice], [alone.dice], controls.groups);
  const label = architectureLabel(architecture);
  return [{
    difference,
    detectable,
    sentence: (words) =>
      `A soft vote of ${several.members} ${label}s compared with one, on the first fold: ${
        showDifference(difference)
      }, ${words}.`,
  }];
}

/**
 * Answers in one sentence whether ensembles are better than the best single member, out of fold.
 *
 * @param analysis the analysis of a study
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { join } from "node:path";
 * import { projectFolder } from "lib/runs";
 * import { ensembleHeadline, openStudy } from "lib/study";
 *
 * const { analysis } = await openStudy("dsb2018_fluo", join(projectFolder(), "results/committed"));
 * assert.equal(ensembleHeadline(analysis), "By Dice, on these images and in these trainings no ensemble beats one UNet.");
 * ```
 */
export function ensembleHeadline(analysis: StudyAnalysis): string {
  const compared = compareEnsembles(analysis, "outOfFold").filter(({ inFold }) => !inFold);
  const names = (list: typeof compared) => listWords(list.map(({ id }) => ensembleName(analysis, id)));
  const better = compared.filter(({ versusBest }) => differenceVerdict(versusBest.difference) === "better");
  if (better.length) {
    return `By Dice, on these images and in these trainings ${names(better)} ${
      better.length === 1 ? "beats" : "beat"
    } ${rival(analysis)}.`;
  }
  const open = compared.filter(({ versusBest }) => !(versusBest.difference.high <= MARGIN));
  return open.length
    ? `By Dice, on these images and in these trainings no ensemble is shown to beat ${rival(analysis)}; ${
      names(open)
    } ${open.length === 1 ? "is" : "are"} inconclusive.`
    : `By Dice, on these images and in these trainings no ensemble beats ${rival(analysis)}.`;
}

/** Says which soft votes are compared. */
function voteWords(analysis: StudyAnalysis): string {
  const seeds = nestedSeeds(analysis);
  return seeds
    ? `Soft votes of the ${seeds[0].length} members of each seed`
    : `The soft vote of all ${analysis.members.length} members`;
}

/**
 * Answers in a few sentences whether ensembles are better than the best single member, out of fold, with the numbers of
 * the soft vote, and of several trainings of the best architecture if the study has them. Where greedy selection chose one
 * network, a sentence says so.
 *
 * @param analysis the analysis of a study
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { join } from "node:path";
 * import { projectFolder } from "lib/runs";
 * import { ensembleAnswer, openStudy } from "lib/study";
 *
 * const { analysis } = await openStudy("dsb2018_fluo", join(projectFolder(), "results/committed"));
 * assert.match(ensembleAnswer(analysis), / no ensemble beats one UNet\. The soft vote of all 8 members: −0\.015/);
 * ```
 */
export function ensembleAnswer(analysis: StudyAnalysis): string {
  const vote = compareEnsembles(analysis, "outOfFold").filter(({ id }) => id === "soft-voting")
    .map(({ versusBest: { difference, detectable } }) => ({
      difference,
      detectable,
      sentence: (words: string) => `${voteWords(analysis)}: ${showDifference(difference)}, ${words}.`,
    }));
  const [{ architecture }] = bestKinds(analysis);
  const lone = loneSentence(analysis);
  return [
    ensembleHeadline(analysis),
    ...(lone ? [lone] : []),
    ...differenceSentences([...vote, ...sameArchitecture(analysis, architecture)]),
  ].join(" ");
}
