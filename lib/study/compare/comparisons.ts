import { clusterInterval } from "../../evaluate/cluster_interval.ts";
import { holm } from "../../evaluate/holm.ts";
import type { Interval } from "../../evaluate/interval.ts";
import { comparePaired, type Comparison } from "../../evaluate/paired_comparison.ts";
import { mean } from "../../math/mean.ts";
import { Random } from "../../math/random.ts";
import { shuffledGroups } from "../../datasets/splits.ts";
import type { EnsembleMethodId } from "../../ensemble/methods/methods.ts";
import { labelFor } from "../labels.ts";
import { usualLoss } from "../usual_loss.ts";
import type { StudyAnalysis } from "../analyse/analysis_record.ts";

/** The images of a comparison. */
export type Part = "outOfFold" | "test";

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
}

/** Compares members that differ only in the loss, for each architecture, and last for the mean of all. */
export function compareLosses(analysis: StudyAnalysis, part: Part = "outOfFold"): LossComparison[] {
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
  const compare = (architecture: string, seeds: readonly { bce: number[]; focal: number[] }[]) => ({
    architecture,
    bce: averaged(seeds.map(({ bce }) => bce)),
    focal: averaged(seeds.map(({ focal }) => focal)),
    difference: clusterInterval(seeds.map(({ bce, focal }) => bce.map((dice, i) => dice - focal[i])), groups),
  });
  if (pairs.length === 0) return [];
  const overall = [...Map.groupBy(pairs, ({ seed }) => seed).values()].map((bySeed) => ({
    bce: averaged(bySeed.map(({ bce }) => bce)),
    focal: averaged(bySeed.map(({ focal }) => focal)),
  }));
  return [
    ...[...Map.groupBy(pairs, ({ architecture }) => architecture)].map(([name, seeds]) => compare(name, seeds)),
    compare("all", overall),
  ];
}

/** The id of the entry of the analysis with which ensembles are compared. */
export const BEST_SINGLE = "best-single" satisfies EnsembleMethodId;

/**
 * Compares every ensemble of a study, paired by image, with intervals over groups. If the members have several seeds,
 * the out-of-fold ensemble of each seed is compared with that seed's members, and training is a random factor of the intervals;
 * `dice` is that of the ensemble of all.
 */
export function compareEnsembles(analysis: StudyAnalysis, part: Part): EnsembleComparison[] {
  const { groups } = analysis[part];
  // With several seeds, the ensemble of each seed is compared with that seed's members: a pair of
  // trainings.
  const perSeed = (entry: StudyAnalysis["ensembles"][number]) =>
    part === "outOfFold" && entry.bySeed.length > 1 ? entry.bySeed : [partDice(entry, part)];
  const bestSingle = analysis.ensembles.find(({ id }) => id === BEST_SINGLE)!;
  const seeds = [...Map.groupBy(analysis.members, ({ seed }) => seed).values()];
  const compared = analysis.ensembles.filter(({ id }) => id !== BEST_SINGLE).map((ensemble) => {
    const ours = perSeed(ensemble);
    const nested = ours.length > 1;
    const average = (nested ? seeds : [analysis.members]).map((members) => meanMemberDice({ members }, part));
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

/** One level of a sweep: the quality of the members, and the gain of averaging them. */
export interface QualityPoint {
  /** The sweep: one of `SWEEPS`. */
  sweep: string;
  /** In the sweep's unit; `null` in the main runs. */
  level: number | null;
  /** The half of the groups for the gain; the other half is for the quality. */
  half: 1 | 2;
  /** Mean member's Dice. */
  quality: number;
  /** Dice of the soft vote less the mean member's. */
  gain: Interval;
}

/**
 * Computes gain over quality, two points for each level. Quality is measured on one half of the groups and gain on the
 * other half, then the other way round: on the same images, chance alone would link low quality to high gain.
 */
export function qualityPoints(analysis: StudyAnalysis, seed = 0): QualityPoint[] {
  // Sweeps share the level of the main runs, which counts once.
  const seen = new Set<string>();
  const levels = analysis.quality.filter(({ members, member }) => {
    const key = JSON.stringify([members, member]);
    return !seen.has(key) && seen.add(key);
  });
  return levels.flatMap(({ sweep, level, groups, member, ensemble }) => {
    const order = shuffledGroups(groups, new Random(seed, 0x6a1f));
    const first = new Set(order.slice(0, order.length >> 1));
    return ([1, 2] as const).map((half): QualityPoint => {
      const isGainHalf = groups.map((group) => first.has(group) === (half === 1));
      const gains = ensemble.map((dice, i) => dice - member[i]).filter((_, i) => isGainHalf[i]);
      return {
        sweep,
        level,
        half,
        quality: mean(member.filter((_, i) => !isGainHalf[i])),
        gain: clusterInterval([gains], groups.filter((_, i) => isGainHalf[i])),
      };
    });
  });
}

/** A line fitted to points by least squares. */
interface Fit {
  /** Akaike's information criterion, corrected for few points. */
  criterion: number;
  predict(x: number): number;
}

function leastSquares(rows: readonly (readonly number[])[], y: readonly number[]): number[] {
  const n = rows[0].length;
  // Normal equations with a small ridge term, solved by elimination.
  const a = Array.from(
    { length: n },
    (_, i) =>
      Array.from(
        { length: n + 1 },
        (_, j) =>
          j < n
            ? rows.reduce((sum, row) => sum + row[i] * row[j], 0) + (i === j ? 1e-12 : 0)
            : rows.reduce((sum, row, k) => sum + row[i] * y[k], 0),
      ),
  );
  for (let i = 0; i < n; i++) {
    const pivot = a.slice(i).reduce((best, row, k) => Math.abs(row[i]) > Math.abs(a[best][i]) ? i + k : best, i);
    [a[i], a[pivot]] = [a[pivot], a[i]];
    for (let k = 0; k < n; k++) {
      if (k === i) continue;
      const factor = a[k][i] / a[i][i];
      for (let j = i; j <= n; j++) a[k][j] -= factor * a[i][j];
    }
  }
  return a.map((row, i) => row[n] / row[i]);
}

function fitCurve(basis: (x: number) => number[], parameters: number, x: readonly number[], y: readonly number[]): Fit {
  const coefficients = leastSquares(x.map(basis), y);
  const predict = (at: number) => basis(at).reduce((sum, value, i) => sum + value * coefficients[i], 0);
  const residual = x.reduce((sum, at, i) => sum + (y[i] - predict(at)) ** 2, 0);
  const n = x.length, k = parameters + 1;
  const criterion = n * Math.log(Math.max(residual, 1e-12) / n) + 2 * k +
    (n - k - 1 > 0 ? 2 * k * (k + 1) / (n - k - 1) : Infinity);
  return { criterion, predict };
}

/** The dependence of gain on quality. */
export interface QualityCurve {
  /** Slope of the straight line: gain per unit of Dice. */
  slope: number;
  straight: Fit;
  /** Two lines that meet; absent if there are too few points. */
  segmented?: Fit & { turningPoint: number };
  /** Whether the segmented line is better by more than 2 of the criterion. */
  turns: boolean;
}

/**
 * Fits a straight and a segmented line to gain over quality, and compares them by AICc (Hurvich & Tsai 1989).
 *
 * @param points points of a study that varied its members' quality; without points there is no line, and the slope is
 * NaN
 */
export function qualityCurve(points: readonly QualityPoint[]): QualityCurve {
  if (points.length === 0) {
    return { slope: NaN, straight: { criterion: Infinity, predict: () => NaN }, turns: false };
  }
  const x = points.map(({ quality }) => quality), y = points.map(({ gain }) => gain.estimate);
  const straight = fitCurve((at) => [1, at], 2, x, y);
  const slope = straight.predict(1) - straight.predict(0);
  const sorted = x.toSorted((a, b) => a - b);
  let segmented: QualityCurve["segmented"];
  // At least two points on each side of the turn.
  for (let i = 2; i + 2 < sorted.length; i++) {
    const turn = (sorted[i - 1] + sorted[i]) / 2;
    const fit = fitCurve((at) => [1, at, Math.max(0, at - turn)], 4, x, y);
    if (!segmented || fit.criterion < segmented.criterion) segmented = { ...fit, turningPoint: turn };
  }
  return { slope, straight, segmented, turns: segmented !== undefined && segmented.criterion < straight.criterion - 2 };
}
