import type { StudyAnalysis } from "../analyse/analysis_record.ts";
import { bestMeanOnOtherFolds } from "./best_on_other_folds.ts";
import {
  BEST_SINGLE,
  compareEnsembles,
  compareLosses,
  type EnsembleComparison,
  type LossComparison,
} from "./comparisons.ts";

/** A comparison of an ensemble with the best single and the mean member, each at its tuned thresholds. */
export interface TunedComparison extends EnsembleComparison {
  /** The threshold of each fold. */
  thresholds: number[];
}

/**
 * Returns the Dice per image of the best single member at its tuned thresholds. The member is chosen for each fold by its
 * mean on the other folds.
 *
 * @param analysis the analysis of a study
 * @returns `undefined` if the analysis has no Dice at tuned thresholds
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { join } from "node:path";
 * import { projectFolder } from "lib/runs";
 * import { bestTuned, openStudy } from "lib/study";
 *
 * const { analysis } = await openStudy("weak-members", join(projectFolder(), "results/committed"));
 * assert.equal(bestTuned(analysis)?.dice.length, analysis.outOfFold.ids.length);
 * ```
 */
export function bestTuned(
  { members, outOfFold: { folds } }: Pick<StudyAnalysis, "members" | "outOfFold">,
): { dice: number[]; names: string[] } | undefined {
  const perMember = members.flatMap(({ tunedOutOfFold }) => tunedOutOfFold ? [tunedOutOfFold] : []);
  if (perMember.length < members.length) return undefined;
  const { chosen, scores } = bestMeanOnOtherFolds(perMember, folds);
  return { dice: scores, names: [...new Set(chosen)].map((member) => members[member].name) };
}

/**
 * Names the best single member, such as `unet bce or unet focal, by fold` where another member is best on the other folds of
 * each fold.
 *
 * @param names names of the members that are best for a fold, each once
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { showMembers } from "lib/study/compare/tuned_comparisons.ts";
 *
 * assert.equal(showMembers(["unet bce"]), "unet bce");
 * assert.equal(showMembers(["unet bce", "unet focal"]), "unet bce or unet focal, by fold");
 * ```
 */
export function showMembers(names: readonly string[]): string {
  return names.length > 1 ? `${names.join(" or ")}, by fold` : names.join();
}

/** Returns an analysis whose scores out of fold are those at tuned thresholds. */
function atTunedThresholds(analysis: StudyAnalysis): StudyAnalysis | undefined {
  const best = bestTuned(analysis);
  if (!best) return undefined;
  return {
    ...analysis,
    members: analysis.members.map((member) => ({ ...member, outOfFold: member.tunedOutOfFold! })),
    ensembles: analysis.ensembles.flatMap((ensemble) => {
      const outOfFold = ensemble.id === BEST_SINGLE ? best.dice : ensemble.tunedOutOfFold;
      return outOfFold ? [{ ...ensemble, outOfFold, bySeed: [] }] : [];
    }),
  };
}

/**
 * Compares every ensemble of a study with the best single and the mean member, out of fold, each at thresholds that were tuned
 * on the other folds. So an ensemble does not win by a better threshold alone. The best single member is chosen by its Dice at
 * its thresholds. Greedy selection and the weights of a vote are still chosen at 0.5; a majority vote has no other threshold.
 * Intervals are over groups.
 *
 * @param analysis the analysis of a study
 * @returns nothing if the analysis has no Dice at tuned thresholds: the task has several classes, or an earlier version made it
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { join } from "node:path";
 * import { projectFolder } from "lib/runs";
 * import { compareTuned, openStudy } from "lib/study";
 *
 * const { analysis } = await openStudy("weak-members", join(projectFolder(), "results/committed"));
 * assert.ok(compareTuned(analysis).some(({ id }) => id === "soft-voting"));
 * ```
 */
export function compareTuned(analysis: StudyAnalysis): TunedComparison[] {
  const tuned = atTunedThresholds(analysis);
  if (!tuned) return [];
  const thresholds = new Map(analysis.ensembles.map(({ id, tunedThresholds }) => [id, tunedThresholds]));
  return compareEnsembles(tuned, "outOfFold").map((each) => ({ ...each, thresholds: thresholds.get(each.id)! }));
}

/**
 * Compares the losses at thresholds that were tuned on the other folds, as `compareLosses` does at 0.5.
 *
 * @param analysis the analysis of a study
 * @returns nothing if the analysis has no Dice at tuned thresholds
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { join } from "node:path";
 * import { projectFolder } from "lib/runs";
 * import { compareTunedLosses, openStudy } from "lib/study";
 *
 * const { analysis } = await openStudy("weak-members", join(projectFolder(), "results/committed"));
 * assert.equal(compareTunedLosses(analysis).at(-1)?.architecture, "all");
 * ```
 */
export function compareTunedLosses(analysis: StudyAnalysis): LossComparison[] {
  const tuned = atTunedThresholds(analysis);
  return tuned ? compareLosses(tuned) : [];
}
