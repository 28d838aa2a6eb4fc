import { normalCdf, normalQuantile } from "../data/normal_distribution.ts";
import { Random } from "../data/random.ts";

/** An estimate with its confidence interval. */
export interface Interval {
  estimate: number;
  low: number;
  high: number;
  /** Resampled units: groups of images that are not independent of each other. */
  groups: number;
}

/** Options of {@linkcode groupBootstrap}. */
export interface BootstrapOptions {
  /** Resamples. Default 2000. */
  draws?: number;
  /** Confidence. Default 0.95. */
  level?: number;
  /** Default 0. */
  seed?: number;
}

/** The mean of some values. */
export function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i];
  return sum / values.length;
}

/** The standard deviation of a sample. */
export function deviation(values: ArrayLike<number>): number {
  const middle = mean(values);
  let squares = 0;
  for (let i = 0; i < values.length; i++) squares += (values[i] - middle) ** 2;
  return Math.sqrt(squares / (values.length - 1));
}

/** The value below which a share of sorted values lies, linearly between neighbours. */
function quantileOf(sorted: ArrayLike<number>, share: number): number {
  const place = Math.max(0, Math.min(1, share)) * (sorted.length - 1), below = Math.floor(place);
  const above = Math.min(sorted.length - 1, below + 1);
  return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
}

/**
 * The mean of some images' values with a bootstrap interval that resamples whole groups, since images of one group are
 * not independent. Where the values come from several trainings (seeds), these are resampled too, within each draw.
 * The interval is bias-corrected and accelerated (BCa, Efron 1987), the acceleration by the jackknife over groups.
 *
 * @param values of each image, per seed: `[seed][image]`
 * @param groups of the images
 * @throws {RangeError} if lengths differ or there are fewer than two groups.
 */
export function groupBootstrap(
  values: readonly ArrayLike<number>[],
  groups: readonly string[],
  { draws = 2000, level = 0.95, seed = 0 }: BootstrapOptions = {},
): Interval {
  const odd = values.find(({ length }) => length !== groups.length);
  if (odd || values.length === 0) {
    throw new RangeError(`${odd?.length ?? 0} values for ${groups.length} images: give one per image and seed`);
  }
  const members = [...Map.groupBy(groups.map((_, i) => i), (i) => groups[i]).values()];
  if (members.length < 2) throw new RangeError(`An interval needs two groups or more, not ${members.length}`);
  const sizes = members.map(({ length }) => length);
  // Sums per seed and group are all that a mean needs.
  const sums = values.map((of) => members.map((indices) => indices.reduce((sum, i) => sum + of[i], 0)));
  const images = groups.length;
  const estimate = mean(sums.map((of) => of.reduce((a, b) => a + b) / images));

  const random = new Random(seed, 0xb007);
  const drawn = new Float64Array(draws);
  for (let d = 0; d < draws; d++) {
    const picked = members.map(() => random.integer(members.length));
    const count = picked.reduce((sum, g) => sum + sizes[g], 0);
    const seeds = values.map(() => values.length > 1 ? random.integer(values.length) : 0);
    drawn[d] = mean(seeds.map((s) => picked.reduce((sum, g) => sum + sums[s][g], 0) / count));
  }
  drawn.sort();
  // Bias: how far the draws' median lies from the estimate. Ties count half.
  const below = drawn.reduce((n, value) => n + (value < estimate ? 1 : value === estimate ? 0.5 : 0), 0) / draws;
  if (drawn[0] === drawn[draws - 1]) return { estimate, low: estimate, high: estimate, groups: members.length };
  const bias = normalQuantile(Math.min(1 - 1 / draws, Math.max(1 / draws, below)));
  const left = members.map((_, g) =>
    mean(sums.map((of) => (of.reduce((a, b) => a + b) - of[g]) / (images - sizes[g])))
  );
  const middle = mean(left);
  const squares = left.reduce((sum, value) => sum + (middle - value) ** 2, 0);
  const cubes = left.reduce((sum, value) => sum + (middle - value) ** 3, 0);
  const acceleration = squares > 0 ? cubes / (6 * squares ** 1.5) : 0;
  const end = (share: number) => {
    const z = bias + normalQuantile(share);
    return quantileOf(drawn, normalCdf(bias + z / (1 - acceleration * z)));
  };
  return { estimate, low: end((1 - level) / 2), high: end((1 + level) / 2), groups: members.length };
}

/** The mean of each group, in the groups' first order. */
export function groupMeans(values: ArrayLike<number>, groups: readonly string[]): number[] {
  const members = Map.groupBy(groups.map((_, i) => i), (i) => groups[i]);
  return [...members.values()].map((indices) => mean(indices.map((i) => values[i])));
}

/** What {@linkcode wilcoxonSignedRank} finds. */
export interface WilcoxonResult {
  /** The smaller of the rank sums of positive and negative differences. */
  statistic: number;
  /** Two-sided. */
  pValue: number;
  /** Differences that are not 0. */
  n: number;
  /** Rank sum of positive less that of negative differences, of their total: −1 to 1 (Kerby 2014). */
  rankBiserial: number;
  /** Whether the p value counts all signs, or is the normal approximation. */
  exact: boolean;
}

/** Most differences for which all signs are counted. */
const EXACT_UP_TO = 50;

/**
 * Wilcoxon's signed-rank test of paired differences against 0 (Wilcoxon 1945). Zeros are left out, ties share their
 * ranks; the p value is exact up to 50 differences without ties, else the normal approximation with ties' correction.
 */
export function wilcoxonSignedRank(differences: ArrayLike<number>): WilcoxonResult {
  const some = Array.from(differences).filter((value) => value !== 0);
  const n = some.length;
  if (n === 0) return { statistic: 0, pValue: 1, n, rankBiserial: 0, exact: true };
  const order = some.map((value) => Math.abs(value)).map((size, i) => ({ size, i })).sort((a, b) => a.size - b.size);
  const ranks = new Float64Array(n);
  let ties = 0;
  for (let start = 0; start < n;) {
    let end = start;
    while (end < n && order[end].size === order[start].size) end++;
    for (let k = start; k < end; k++) ranks[order[k].i] = (start + 1 + end) / 2;
    ties += (end - start) ** 3 - (end - start);
    start = end;
  }
  const positive = some.reduce((sum, value, i) => sum + (value > 0 ? ranks[i] : 0), 0);
  const total = n * (n + 1) / 2;
  const statistic = Math.min(positive, total - positive);
  const rankBiserial = (2 * positive - total) / total;
  if (n <= EXACT_UP_TO && ties === 0) {
    // Ways to reach each rank sum: one rank after the other is positive or not.
    const ways = new Float64Array(total + 1);
    ways[0] = 1;
    for (let rank = 1; rank <= n; rank++) for (let sum = total; sum >= rank; sum--) ways[sum] += ways[sum - rank];
    let tail = 0;
    for (let sum = 0; sum <= statistic; sum++) tail += ways[sum];
    return { statistic, pValue: Math.min(1, 2 * tail / 2 ** n), n, rankBiserial, exact: true };
  }
  const spread = Math.sqrt(n * (n + 1) * (2 * n + 1) / 24 - ties / 48);
  const z = (statistic - total / 2) / spread;
  return { statistic, pValue: Math.min(1, 2 * normalCdf(z)), n, rankBiserial, exact: false };
}

/** p values corrected for their number (Holm 1979), in the order given. */
export function holm(pValues: readonly number[]): number[] {
  const order = pValues.map((p, i) => ({ p, i })).sort((a, b) => a.p - b.p);
  const out = new Array<number>(pValues.length);
  let largest = 0;
  order.forEach(({ p, i }, rank) => {
    largest = Math.max(largest, Math.min(1, p * (pValues.length - rank)));
    out[i] = largest;
  });
  return out;
}

/** A paired comparison of two methods. */
export interface Comparison {
  /** Mean of the first less the second, with its interval over groups. */
  difference: Interval;
  /** Of the groups' mean differences. */
  wilcoxon: WilcoxonResult;
  /** Mean of the groups' differences in units of their standard deviation (Cohen's d for pairs). */
  effectSize: number;
  /** The difference that would be found with a power of 80 % at a level of 5 %, given the groups' spread. */
  detectable: number;
  /** Images on which the first is better, worse, or the same within 10⁻⁶. */
  wins: number;
  losses: number;
  ties: number;
}

/**
 * Compares two methods on the same images: an interval by {@linkcode groupBootstrap}, Wilcoxon's test of the groups'
 * means, effect size, and what could have been detected.
 *
 * @param ours of each image, per seed; seeds are paired
 */
export function comparePaired(
  ours: readonly ArrayLike<number>[],
  theirs: readonly ArrayLike<number>[],
  groups: readonly string[],
  options: BootstrapOptions = {},
): Comparison {
  const differences = ours.map((of, seed) => Float64Array.from(of, (value, i) => value - theirs[seed][i]));
  const perImage = Float64Array.from(groups, (_, i) => mean(differences.map((of) => of[i])));
  const perGroup = groupMeans(perImage, groups);
  const spread = deviation(perGroup);
  const count = (holds: (value: number) => boolean) => perImage.reduce((n, value) => n + (holds(value) ? 1 : 0), 0);
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

/** How sure a method's rank is. */
export interface RankStability {
  /** Share of the resamples in which it comes first. */
  first: number;
  /** Mean rank, 1 is best. */
  meanRank: number;
}

/** How often each method comes first, and its mean rank, when groups are resampled. */
export function rankStability(
  scores: readonly ArrayLike<number>[],
  groups: readonly string[],
  { draws = 2000, seed = 0 }: BootstrapOptions = {},
): RankStability[] {
  const members = [...Map.groupBy(groups.map((_, i) => i), (i) => groups[i]).values()];
  const sums = scores.map((of) => members.map((indices) => indices.reduce((sum, i) => sum + of[i], 0)));
  const first = scores.map(() => 0), ranks = scores.map(() => 0);
  const random = new Random(seed, 0x4a4b);
  for (let d = 0; d < draws; d++) {
    const picked = members.map(() => random.integer(members.length));
    const totals = sums.map((of) => picked.reduce((sum, g) => sum + of[g], 0));
    totals.forEach((total, m) => {
      const rank = 1 + totals.filter((other) => other > total).length;
      ranks[m] += rank / draws;
      if (rank === 1) first[m] += 1 / draws;
    });
  }
  return scores.map((_, m) => ({ first: first[m], meanRank: ranks[m] }));
}

/** What an interval says of a claim about a difference. */
export type Verdict = "supported" | "refuted" | "not decidable";

/** Whether an interval lies wholly below a limit ("supported" for "less than"), wholly above, or across it. */
export function verdictBelow({ low, high }: Interval, limit: number): Verdict {
  if (high < limit) return "supported";
  return low > limit ? "refuted" : "not decidable";
}
