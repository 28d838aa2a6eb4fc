import { clusterInterval } from "../../evaluate/cluster_interval.ts";
import { holm } from "../../evaluate/holm.ts";
import type { Interval } from "../../evaluate/interval.ts";
import { comparePaired, type Comparison } from "../../evaluate/paired_comparison.ts";
import { mean } from "../../math/mean.ts";
import type { EnsembleMethodId } from "../../ensemble/methods/methods.ts";
import { labelFor } from "../labels.ts";
import { usualLoss } from "../usual_loss.ts";
import type { StudyAnalysis } from "../analyse/analysis_record.ts";

/** The images of a comparison. */
export type Part = "outOfFold" | "test";

/** What comparisons read of an analysis. */
export type Scored = Pick<StudyAnalysis, "task" | "members" | "ensembles" | Part>;

/**
 * Returns the Dice per image of an entry with scores on both parts; on the test split, the mean over the models of the
 * folds.
 */
export function partDice(
  scores: { outOfFold: readonly number[]; test: readonly (readonly number[])[] },
  part: Part,
): number[] {
  if (part === "outOfFold") return [...scores.outOfFold];
  return scores.test[0].map((_, i) => mean(scores.test.map((fold) => fold[i])));
}

/** Returns the Dice per image of the mean member: the mean of the members' Dice. */
export function meanMemberDice({ members }: Pick<StudyAnalysis, "members">, part: Part): number[] {
  const each = members.map((member) => partDice(member, part));
  return each[0].map((_, i) => mean(each.map((dice) => dice[i])));
}

/** A comparison of an ensemble with the best single member (chosen without the scored images) and the mean member. */
export interface EnsembleComparison {
  /** The ensemble's id in the analysis. */
  id: string;
  /** Its label. */
  name: string;
  /** How it combines members: one of `ENSEMBLE_METHODS`. */
  method: string;
  /** Whether it learnt on maps of images that its members trained on. */
  inFold: boolean;
  dice: Interval;
  versusBest: Comparison;
  versusMean: Comparison;
  /** p of Wilcoxon's test against the best single member, corrected for the number of ensembles (Holm). */
  correctedP: number;
}

/** A comparison of BCE (cross-entropy of several classes) and focal loss in one architecture, or in the mean of all. */
export interface LossComparison {
  architecture: string;
  /** Dice per image, the mean over seeds, of BCE or cross-entropy. */
  bce: number[];
  focal: number[];
  /** BCE less focal, paired by image and seed, with an interval over groups, and over seeds if there are several. */
  difference: Interval;
  /** The smallest distance from 0, or from the margin, that this data could show. */
  detectable: number;
}

/**
 * Compares members that differ only in the loss, for each architecture, and last for the mean of all: over the seeds that all
 * architectures have. If they share no seed, each architecture counts with the mean of its seeds, as one training.
 */
export function compareLosses(analysis: Scored, part: Part = "outOfFold"): LossComparison[] {
  const { groups } = analysis[part];
  const pairs = analysis.members.flatMap((bce) => {
    const focal = analysis.members.find(({ architecture, loss, seed }) =>
      loss === "focal" && architecture === bce.architecture && seed === bce.seed
    );
    return bce.loss === usualLoss(analysis.task) && focal
      ? [{ ...bce, bce: partDice(bce, part), focal: partDice(focal, part) }]
      : [];
  });
  const averaged = (perSeed: readonly (readonly number[])[]) =>
    groups.map((_, i) => mean(perSeed.map((dice) => dice[i])));
  const compare = (architecture: string, seeds: readonly { bce: number[]; focal: number[] }[]) => {
    const bce = seeds.map(({ bce }) => bce), focal = seeds.map(({ focal }) => focal);
    const { difference, detectable } = comparePaired(bce, focal, groups);
    return { architecture, bce: averaged(bce), focal: averaged(focal), difference, detectable };
  };
  if (pairs.length === 0) return [];
  const architectures = [...Map.groupBy(pairs, ({ architecture }) => architecture)];
  const average = (list: readonly { bce: number[]; focal: number[] }[]) => ({
    bce: averaged(list.map(({ bce }) => bce)),
    focal: averaged(list.map(({ focal }) => focal)),
  });
  // A mean of other architectures in each seed would mix their differences with those of the trainings.
  const shared = [...Map.groupBy(pairs, ({ seed }) => seed).values()]
    .filter(({ length }) => length === architectures.length).map(average);
  return [
    ...architectures.map(([name, seeds]) => compare(name, seeds)),
    compare("all", shared.length ? shared : [average(architectures.map(([, seeds]) => average(seeds)))]),
  ];
}

/** The id of the entry of the analysis with which ensembles are compared. */
export const BEST_SINGLE = "best-single" satisfies EnsembleMethodId;

/**
 * Returns the members of each seed if every seed has the same two networks or more, and ensembles of its own; otherwise
 * `undefined`. Of one network per seed, the ensemble of a seed would be that network.
 */
export function nestedSeeds(
  { members, ensembles }: Pick<StudyAnalysis, "members" | "ensembles">,
): StudyAnalysis["members"][] | undefined {
  const seeds = [...Map.groupBy(members, ({ seed }) => seed).values()];
  const networks = seeds.map((each) => each.map(({ architecture, loss }) => `${architecture} ${loss}`).sort().join());
  const isNested = seeds.length > 1 && seeds[0].length > 1 && networks.every((each) => each === networks[0]) &&
    ensembles.find(({ id }) => id === BEST_SINGLE)?.bySeed.length === seeds.length;
  return isNested ? seeds : undefined;
}

/**
 * Compares every ensemble of a study, paired by image, with intervals over groups. If every seed has the same networks,
 * two or more, the out-of-fold ensemble of each seed is compared with that seed's members, and training is a random factor of the intervals;
 * `dice` is that of the ensemble of all.
 */
export function compareEnsembles(analysis: Scored, part: Part): EnsembleComparison[] {
  const { groups } = analysis[part];
  const bestSingle = analysis.ensembles.find(({ id }) => id === BEST_SINGLE)!;
  // The ensemble of each seed is compared with that seed's members: a pair of trainings.
  const seeds = part === "outOfFold" ? nestedSeeds(analysis) : undefined;
  const perSeed = (entry: StudyAnalysis["ensembles"][number]) =>
    seeds && entry.bySeed.length === seeds.length ? entry.bySeed : [partDice(entry, part)];
  const compared = analysis.ensembles.filter(({ id }) => id !== BEST_SINGLE).map((ensemble) => {
    const ours = perSeed(ensemble);
    const nested = ours.length > 1;
    const average = (nested ? seeds! : [analysis.members]).map((members) => meanMemberDice({ members }, part));
    return {
      id: ensemble.id,
      name: labelFor(ensemble.id),
      method: ensemble.method,
      inFold: ensemble.inFold,
      dice: clusterInterval([partDice(ensemble, part)], groups),
      versusBest: comparePaired(ours, nested ? bestSingle.bySeed : [partDice(bestSingle, part)], groups),
      versusMean: comparePaired(ours, average, groups),
    };
  });
  const corrected = holm(compared.map(({ versusBest }) => versusBest.wilcoxon.pValue));
  return compared.map((comparison, i) => ({ ...comparison, correctedP: corrected[i] }));
}
