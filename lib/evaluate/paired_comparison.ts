import { deviation, mean } from "../math/mean.ts";
import { normalQuantile } from "../math/normal_distribution.ts";
import { type BootstrapOptions, groupBootstrap, groupMeans, type Interval } from "./bootstrap.ts";
import { type WilcoxonResult, wilcoxonSignedRank } from "./wilcoxon.ts";

/** A paired comparison of two methods. */
export interface Comparison {
  /** Mean of the first minus the second, with its interval over groups. */
  difference: Interval;
  /** Test of the groups' mean differences. */
  wilcoxon: WilcoxonResult;
  /** Mean of the groups' differences in units of their standard deviation (Cohen's d for pairs). */
  effectSize: number;
  /** The smallest difference that is detected with a power of 80 % at a level of 5 %, given the groups' spread. */
  detectable: number;
  /** Numbers of images on which the first is better, worse, or equal within 10⁻⁶. */
  wins: number;
  losses: number;
  ties: number;
}

/**
 * Compares two methods on the same images: interval by {@linkcode groupBootstrap}, Wilcoxon's test of the groups'
 * means, effect size, and detectable difference.
 *
 * @param ours the first method's value of each image, per seed: `[seed][image]`
 * @param theirs the second method's values, with paired seeds
 * @param groups each image's group
 */
export function comparePaired(
  ours: readonly ArrayLike<number>[],
  theirs: readonly ArrayLike<number>[],
  groups: readonly string[],
  options: BootstrapOptions = {},
): Comparison {
  const differences = ours.map((row, seed) => Float64Array.from(row, (value, i) => value - theirs[seed][i]));
  const perImage = Float64Array.from(groups, (_, i) => mean(differences.map((row) => row[i])));
  const perGroup = groupMeans(perImage, groups);
  const spread = deviation(perGroup);
  const count = (counts: (value: number) => boolean) => perImage.reduce((n, value) => n + (counts(value) ? 1 : 0), 0);
  return {
    difference: groupBootstrap(differences, groups, options),
    wilcoxon: wilcoxonSignedRank(perGroup),
    effectSize: spread > 0 ? mean(perGroup) / spread : 0,
    detectable: (normalQuantile(0.975) + normalQuantile(0.8)) * spread / Math.sqrt(perGroup.length),
    wins: count((value) => value > 1e-6),
    losses: count((value) => value < -1e-6),
    ties: count((value) => Math.abs(value) <= 1e-6),
  };
}
