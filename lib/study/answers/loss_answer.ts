import { listWords } from "../../display/list_words.ts";
import { differenceVerdict, MARGIN } from "../../evaluate/verdict.ts";
import { architectureLabel } from "../../nn/architectures/architectures.ts";
import { showDifference } from "../claims/show_interval.ts";
import { compareLosses } from "../compare/comparisons.ts";
import { compareLossSeeds } from "../compare/loss_seeds.ts";
import type { Study } from "../study.ts";
import { usualLoss } from "../usual_loss.ts";
import { differenceSentences } from "./difference_sentences.ts";
import { lossLabel } from "./network_kinds.ts";

/**
 * Answers in one sentence whether BCE (cross-entropy of several classes) or focal loss is better, in the mean of all
 * architectures out of fold.
 */
export function lossHeadline({ analysis }: Pick<Study, "analysis">, losses = compareLosses(analysis)): string {
  const usual = lossLabel(usualLoss(analysis.task));
  const all = losses.at(-1);
  if (!all) return `The study has no pairs of ${usual} and focal loss.`;
  // The networks are compared; whether the same holds for the losses, other sentences say.
  const average = losses.length > 2 ? ` in the mean of ${losses.length - 1} architectures` : "";
  const headlines = {
    better: `the networks trained with ${usual} are better than those trained with focal loss${average}`,
    worse: `the networks trained with focal loss are better than those trained with ${usual}${average}`,
    equivalent:
      `the networks trained with ${usual} and with focal loss are equivalent${average}: they differ by less than ${MARGIN}`,
    inconclusive:
      `it is inconclusive whether the networks trained with ${usual} or with focal loss are better${average}`,
  };
  return `On these images ${headlines[differenceVerdict(all.difference)]}.`;
}

/**
 * Answers in a few sentences whether BCE (cross-entropy of several classes) or focal loss is better: in the mean
 * of all architectures out of fold, and over the seeds of those that have several trainings.
 *
 * @param study a finished study
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { join } from "node:path";
 * import { projectFolder } from "lib/runs";
 * import { lossAnswer, openStudy } from "lib/study";
 *
 * const study = await openStudy("dsb2018_fluo", join(projectFolder(), "results/committed"));
 * assert.match(lossAnswer(study), /^On these images the networks trained with BCE and with focal loss are equivalent/);
 * ```
 */
export function lossAnswer(study: Pick<Study, "analysis" | "runs">): string {
  const losses = compareLosses(study.analysis), usual = lossLabel(usualLoss(study.analysis.task));
  const all = losses.at(-1), headline = lossHeadline(study, losses);
  if (!all) return headline;
  const architectures = listWords(losses.slice(0, -1).map(({ architecture }) => architectureLabel(architecture)));
  const seeds = compareLossSeeds(study).map(({ architecture, bce, comparison: { difference, detectable } }) => ({
    difference,
    detectable,
    sentence: (words: string) =>
      `${architectureLabel(architecture)} alone, ${bce.length} trainings on the first fold: ${
        showDifference(difference)
      }, ${words}.`,
  }));
  const mean = {
    ...all,
    sentence: (words: string) =>
      `${usual} less focal loss in the mean of ${architectures}: ${showDifference(all.difference)}, ${words}.`,
  };
  return [headline, ...differenceSentences([mean, ...seeds])].join(" ");
}
