import { deviation, mean } from "../math/mean.ts";
import { studentQuantile } from "../math/student_distribution.ts";
import { clusterInterval, clusterVariance } from "./cluster_interval.ts";
import { groupMeans } from "./group_means.ts";
import type { Interval } from "./interval.ts";
import { type WilcoxonResult, wilcoxonSignedRank } from "./wilcoxon.ts";

/** A paired comparison of two methods. */
export interface Comparison {
  /** Mean over images of the first minus the second, with its interval over groups, and over trainings if there are several. */
  difference: Required<Interval>;
  /** Test of the groups' mean differences, in which each group counts once. */
  wilcoxon: WilcoxonResult;
  /** The difference in units of the standard deviation of the groups' mean differences (Cohen's d for pairs). */
  effectSize: number;
  /** The smallest difference that is detected with a power of 80 % at a level of 5 %, given the interval's standard error. */
  detectable: number;
  /** Numbers of images on which the first is better, worse, or equal within 10⁻⁶. */
  wins: number;
  losses: number;
  ties: number;
}

/**
 * Compares two methods on the same images: interval by {@linkcode clusterInterval}, Wilcoxon's test of the groups'
 * means, effect size, and detectable difference.
 *
 * @param ours the first method's value of each image, per training: `[training][image]`
 * @param theirs the second method's values, with paired trainings
 * @param groups each image's group
 */
export function comparePaired(
  ours: readonly ArrayLike<number>[],
  theirs: readonly ArrayLike<number>[],
  groups: readonly string[],
): Comparison {
  const differences = ours.map((row, t) => Float64Array.from(row, (value, i) => value - theirs[t][i]));
  const difference = clusterInterval(differences, groups);
  const perImage = Float64Array.from(groups, (_, i) => mean(differences.map((row) => row[i])));
  const perGroup = groupMeans(perImage, groups), spread = deviation(perGroup);
  const { variance, freedom } = clusterVariance(differences, groups);
  const count = (counts: (value: number) => boolean) => perImage.reduce((n, value) => n + (counts(value) ? 1 : 0), 0);
  return {
    difference,
    wilcoxon: wilcoxonSignedRank(perGroup),
    effectSize: spread > 0 ? difference.estimate / spread : 0,
    detectable: (studentQuantile(0.975, freedom) + studentQuantile(0.8, freedom)) * Math.sqrt(variance),
    wins: count((value) => value > 1e-6),
    losses: count((value) => value < -1e-6),
    ties: count((value) => Math.abs(value) <= 1e-6),
  };
}
