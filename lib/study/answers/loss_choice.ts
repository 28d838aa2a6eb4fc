import { listWords } from "../../display/list_words.ts";
import { mean } from "../../math/mean.ts";
import { architectureLabel } from "../../nn/architectures/architectures.ts";
import type { StudyAnalysis } from "../analyse/analysis_record.ts";
import { showNumber } from "../claims/show_interval.ts";
import { bestMeanOnOtherFolds } from "../compare/best_on_other_folds.ts";
import { networkKinds } from "./network_kinds.ts";

/** The loss of an architecture, chosen for each fold on the other folds. */
export interface HeldOutLoss {
  /** Whether it is the loss with the highest Dice over all images, in every fold. */
  isSame: boolean;
  /** Mean Dice out of fold with the chosen loss. */
  estimate: number;
}

/**
 * Chooses the loss of an architecture for each fold by the Dice on the other folds, in the mean of its seeds, so that no scored
 * image chooses.
 *
 * @returns `undefined` if it was trained with one loss, or if there is one fold
 */
export function heldOutLoss(
  analysis: Pick<StudyAnalysis, "members" | "outOfFold">,
  architecture: string,
): HeldOutLoss | undefined {
  const kinds = networkKinds(analysis).filter((kind) => kind.architecture === architecture);
  const { folds } = analysis.outOfFold;
  if (kinds.length < 2 || new Set(folds).size < 2) return undefined;
  const perLoss = kinds.map(({ dice }) => folds.map((_, i) => mean(dice.map((seed) => seed[i]))));
  const { chosen, scores } = bestMeanOnOtherFolds(perLoss, folds);
  // The kind with the highest mean Dice is first.
  return { isSame: chosen.every((kind) => kind === 0), estimate: mean(scores) };
}

/**
 * Says that the losses of compared architectures were chosen on the scored images, and what the other folds would choose.
 *
 * @param architectures names of architectures, each compared with its best loss
 * @returns a sentence, in a list; nothing if each was trained with one loss
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { join } from "node:path";
 * import { projectFolder } from "lib/runs";
 * import { openStudy } from "lib/study";
 * import { lossChoiceSentences } from "lib/study/answers/loss_choice.ts";
 *
 * const { analysis } = await openStudy("dsb2018_fluo", join(projectFolder(), "results/committed"));
 * assert.match(lossChoiceSentences(analysis, ["unet", "deeplabv3plus"])[0], /the other folds choose the same\.$/);
 * assert.match(lossChoiceSentences(analysis, ["unet", "pspnet"])[0], /with the losses that the other folds choose, PSPNet has 0\.805/);
 * ```
 */
export function lossChoiceSentences(
  analysis: Pick<StudyAnalysis, "members" | "outOfFold">,
  architectures: readonly string[],
): string[] {
  const choices = architectures.flatMap((architecture) => {
    const found = heldOutLoss(analysis, architecture);
    return found ? [{ architecture, ...found }] : [];
  });
  if (choices.length === 0) return [];
  const others = choices.filter(({ isSame }) => !isSame).map(({ architecture, estimate }) =>
    `${architectureLabel(architecture)} has ${showNumber(estimate)}`
  );
  return [
    `The losses were chosen by the Dice on these same images; ${
      others.length
        ? `with the losses that the other folds choose, ${listWords(others)}`
        : "the other folds choose the same"
    }.`,
  ];
}
