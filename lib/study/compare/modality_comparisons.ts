import {
  compareEnsembles,
  compareLosses,
  type EnsembleComparison,
  type LossComparison,
  type Scored,
} from "./comparisons.ts";

/** The comparisons of a study on the images of one modality. */
export interface ModalityComparisons {
  /** One of `MODALITIES`. */
  modality: string;
  /** Number of images, out of fold. */
  images: number;
  groups: number;
  /** Chooses the values of these images from those of all out-of-fold images. */
  select: <T>(values: readonly T[]) => T[];
  ensembles: EnsembleComparison[];
  losses: LossComparison[];
}

/**
 * Compares ensembles and losses on the out-of-fold images of each modality. The networks and ensembles are those of all images:
 * only the scored images differ. The modality with the most images is first.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { join } from "node:path";
 * import { projectFolder } from "lib/runs";
 * import { compareByModality, openStudy } from "lib/study";
 *
 * const { analysis } = await openStudy("weak-members", join(projectFolder(), "results/committed"));
 * const kinds = compareByModality(analysis);
 * assert.equal(kinds.reduce((sum, { images }) => sum + images, 0), analysis.outOfFold.ids.length);
 * ```
 */
export function compareByModality(analysis: Scored): ModalityComparisons[] {
  const { outOfFold } = analysis;
  const indices = Map.groupBy(outOfFold.modalities.keys(), (i) => outOfFold.modalities[i]);
  return [...indices].sort(([, a], [, b]) => b.length - a.length).map(([modality, chosen]) => {
    const select = <T>(values: readonly T[]) => chosen.map((i) => values[i]);
    const groups = select(outOfFold.groups);
    const part: Scored = {
      ...analysis,
      outOfFold: { ...outOfFold, groups },
      members: analysis.members.map((member) => ({ ...member, outOfFold: select(member.outOfFold) })),
      ensembles: analysis.ensembles.map((ensemble) => ({
        ...ensemble,
        outOfFold: select(ensemble.outOfFold),
        bySeed: ensemble.bySeed.map(select),
      })),
    };
    return {
      modality,
      images: chosen.length,
      groups: new Set(groups).size,
      select,
      ensembles: compareEnsembles(part, "outOfFold"),
      losses: compareLosses(part),
    };
  });
}
