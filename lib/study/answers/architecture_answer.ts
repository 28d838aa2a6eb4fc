import { comparePaired } from "../../evaluate/paired_comparison.ts";
import { architectureLabel } from "../../nn/architectures/architectures.ts";
import type { StudyAnalysis } from "../analyse/analysis_record.ts";
import { showDifference, showNumber } from "../claims/show_interval.ts";
import { differenceSentences } from "./difference_sentences.ts";
import { lossChoiceSentences } from "./loss_choice.ts";
import { compareKinds } from "./model_answer.ts";
import { bestKinds, lossLabel } from "./network_kinds.ts";

const ORDINALS = ["", "second-", "third-", "fourth-", "fifth-"];

/** Returns "the highest Dice", "the second-highest Dice" and so on. */
const place = (rank: number) => `the ${ORDINALS[rank] ?? `${rank + 1}th-`}highest Dice`;

/**
 * Answers in a few sentences how good an architecture is in a study, with the loss that is best on the scored images:
 * compared with Otsu's threshold, and with the best other architecture. If there was a choice of losses, the last sentence says
 * so, and what the other folds choose.
 *
 * @param analysis the analysis of a study
 * @param architecture name of an architecture
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { join } from "node:path";
 * import { projectFolder } from "lib/runs";
 * import { architectureAnswer, openStudy } from "lib/study";
 *
 * const { analysis } = await openStudy("dsb2018_fluo", join(projectFolder(), "results/committed"));
 * assert.match(architectureAnswer(analysis, "pspnet"), /^On these images PSPNet has the fourth-highest Dice of 4 architectures: 0\.807/);
 * assert.match(architectureAnswer(analysis, "fpn"), /^The study has no FPN/);
 * ```
 */
export function architectureAnswer(
  analysis: Pick<StudyAnalysis, "members" | "outOfFold" | "baselines">,
  architecture: string,
): string {
  const kinds = bestKinds(analysis), rank = kinds.findIndex((kind) => kind.architecture === architecture);
  if (rank < 0) return `The study has no ${architectureLabel(architecture)} that was trained on every fold.`;
  const kind = kinds[rank], { groups } = analysis.outOfFold, otsu = analysis.baselines.otsu?.outOfFold;
  const other = kinds.find((each) => each !== kind);
  const compared = [
    ...(otsu ? [{ name: "Otsu's threshold", ...comparePaired(kind.dice, kind.dice.map(() => otsu), groups) }] : []),
    ...(other ? [{ name: other.label, ...compareKinds(kind, other, groups) }] : []),
  ];
  return [
    `On these images ${architectureLabel(architecture)} has ${place(rank)} of ${kinds.length} architectures: ${
      showNumber(kind.estimate)
    } out of fold with ${lossLabel(kind.loss)}.`,
    ...differenceSentences(compared.map(({ name, difference, detectable }) => ({
      difference,
      detectable,
      sentence: (words) => `Compared with ${name}: ${showDifference(difference)}, ${words}.`,
    }))),
    ...lossChoiceSentences(analysis, [architecture, ...(other ? [other.architecture] : [])]),
  ].join(" ");
}
