import { clusterInterval } from "../../evaluate/cluster_interval.ts";
import type { Interval } from "../../evaluate/interval.ts";
import { comparePaired, type Comparison } from "../../evaluate/paired_comparison.ts";
import { mean } from "../../math/mean.ts";
import type { StudyAnalysis } from "../analyse/analysis_record.ts";
import { labelFor } from "../labels.ts";
import { bestOnOtherFolds } from "./best_on_other_folds.ts";
import { BEST_SINGLE } from "./comparisons.ts";

/** A comparison of an ensemble with the best single member, each at its tuned thresholds. */
export interface TunedComparison {
  /** The ensemble's id in the analysis. */
  id: string;
  /** Its label. */
  name: string;
  /** Whether it learnt on maps of images that its members trained on. */
  inFold: boolean;
  /** The threshold of each fold. */
  thresholds: number[];
  dice: Interval;
  versusBest: Comparison;
}

/**
 * Returns the Dice per image of the best single member at its tuned thresholds. The member is chosen for each fold by its
 * mean on the other folds.
 *
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
 * assert.equal(bestTuned(analysis)?.length, analysis.outOfFold.ids.length);
 * ```
 */
export function bestTuned(
  { members, outOfFold: { folds } }: Pick<StudyAnalysis, "members" | "outOfFold">,
): number[] | undefined {
  const perMember = members.flatMap(({ tunedOutOfFold }) => tunedOutOfFold ? [tunedOutOfFold] : []);
  if (perMember.length < members.length) return undefined;
  const score = (member: number, images: readonly number[]) => mean(images.map((i) => perMember[member][i]));
  return bestOnOtherFolds(folds, perMember.length, score).map((member, i) => perMember[member][i]);
}

/**
 * Compares every ensemble of a study with the best single member, out of fold, each at thresholds that were tuned on the
 * other folds. So an ensemble cannot win by a better threshold alone. Intervals are over groups.
 *
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
  const { groups } = analysis.outOfFold, best = bestTuned(analysis);
  if (!best) return [];
  return analysis.ensembles.flatMap(({ id, inFold, tunedThresholds, tunedOutOfFold }) =>
    id !== BEST_SINGLE && tunedThresholds && tunedOutOfFold
      ? [{
        id,
        name: labelFor(id),
        inFold,
        thresholds: tunedThresholds,
        dice: clusterInterval([tunedOutOfFold], groups),
        versusBest: comparePaired([tunedOutOfFold], [best], groups),
      }]
      : []
  );
}
