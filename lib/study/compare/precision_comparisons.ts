import { clusterInterval } from "../../evaluate/cluster_interval.ts";
import type { Interval } from "../../evaluate/interval.ts";
import { comparePaired, type Comparison } from "../../evaluate/paired_comparison.ts";
import type { StudyAnalysis } from "../analyse/analysis_record.ts";
import { labelFor } from "../labels.ts";
import { bestMeanOnOtherFolds } from "./best_on_other_folds.ts";
import { BEST_SINGLE } from "./comparisons.ts";

/** A comparison of an ensemble's objects with those of the best single member. */
export interface PrecisionComparison {
  /** The ensemble's id in the analysis. */
  id: string;
  /** Its label. */
  name: string;
  /** Whether it learnt on maps of images that its members trained on. */
  inFold: boolean;
  /** Mean average precision at an IoU of 0.5 to 0.95, the mean over images. */
  precision: Interval;
  /** The ensemble less the best single member. */
  versusBest: Comparison;
}

/**
 * Returns the precision per image of the best single member, which is chosen for each fold by its mean precision on the
 * other folds.
 *
 * @param perMember precision per member and image
 * @param folds each image's fold
 */
export function bestSinglePrecision(perMember: readonly (readonly number[])[], folds: readonly number[]): number[] {
  return bestMeanOnOtherFolds(perMember, folds).scores;
}

/** Returns the precision per member and image; `undefined` if a member has none. */
export function memberPrecisions({ members }: Pick<StudyAnalysis, "members">): number[][] | undefined {
  const perMember = members.flatMap(({ precision }) => precision ? [precision] : []);
  return perMember.length < members.length ? undefined : perMember;
}

/**
 * Compares the objects of every ensemble with those of the best single member, out of fold, by mean average precision:
 * paired by image, with intervals over groups, as `compareEnsembles` does by Dice.
 *
 * @returns nothing if the analysis has no precisions: the masks hold no object numbers, or an earlier version made it
 */
export function comparePrecisions(analysis: StudyAnalysis): PrecisionComparison[] {
  const { groups, folds } = analysis.outOfFold;
  const perMember = memberPrecisions(analysis);
  if (!perMember) return [];
  const best = bestSinglePrecision(perMember, folds);
  return analysis.ensembles.flatMap(({ id, inFold, precision }) =>
    precision && id !== BEST_SINGLE
      ? [{
        id,
        name: labelFor(id),
        inFold,
        precision: clusterInterval([precision], groups),
        versusBest: comparePaired([precision], [best], groups),
      }]
      : []
  );
}
