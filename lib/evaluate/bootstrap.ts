import { mean } from "../math/mean.ts";
import { normalCdf, normalQuantile } from "../math/normal_distribution.ts";
import { Random } from "../math/random.ts";
import { UserError } from "../io/user_error.ts";

/** An estimate with its confidence interval. */
export interface Interval {
  estimate: number;
  low: number;
  high: number;
  /** Number of resampled units, which are groups of dependent images. */
  groups: number;
  /** Number of trainings per method; absent for one. */
  trainings?: number;
  /** Measured coverage of the nominal 95 %, such as 0.91; absent or NaN if it was not measured. */
  coverage?: number;
}

/** Options of {@linkcode groupBootstrap}. */
export interface BootstrapOptions {
  /** Number of resamples. Default 2000. */
  draws?: number;
  /** Confidence level. Default 0.95. */
  level?: number;
  /** Seed of the resampling. Default 0. */
  seed?: number;
}

/** Returns a quantile of sorted values, interpolated linearly. */
function sortedQuantile(sorted: ArrayLike<number>, share: number): number {
  const place = Math.max(0, Math.min(1, share)) * (sorted.length - 1), below = Math.floor(place);
  const above = Math.min(sorted.length - 1, below + 1);
  return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
}

/**
 * Computes the mean of image values with a bootstrap interval that resamples whole groups, since images of one group
 * are not independent. If the values come from several trainings (seeds), these are also resampled in each draw. The
 * interval is bias-corrected and accelerated (BCa, Efron 1987), with the acceleration from the jackknife over groups.
 *
 * @param values each image's value per seed: `[seed][image]`
 * @param groups each image's group
 * @throws {RangeError} if lengths differ.
 * @throws {UserError} if there are fewer than two groups.
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
  if (members.length < 2) throw new UserError(`An interval needs two groups or more, not ${members.length}`);
  const sizes = members.map(({ length }) => length);
  // Sums per seed and group suffice to compute means.
  const sums = values.map((row) => members.map((indices) => indices.reduce((sum, i) => sum + row[i], 0)));
  const images = groups.length;
  const estimate = mean(sums.map((row) => row.reduce((a, b) => a + b) / images));

  const random = new Random(seed, 0xb007);
  const drawn = new Float64Array(draws), picked = new Uint32Array(members.length);
  // Plain loops: this is most of the time of a study's comparisons.
  for (let d = 0; d < draws; d++) {
    let count = 0;
    for (let i = 0; i < picked.length; i++) {
      picked[i] = random.integer(members.length);
      count += sizes[picked[i]];
    }
    let total = 0;
    for (let s = 0; s < sums.length; s++) {
      const row = sums[sums.length > 1 ? random.integer(sums.length) : 0];
      let sum = 0;
      for (let i = 0; i < picked.length; i++) sum += row[picked[i]];
      total += sum / count;
    }
    drawn[d] = total / sums.length;
  }
  drawn.sort();
  // Bias: the share of the draws below the estimate. Ties count half.
  const below = drawn.reduce((n, value) => n + (value < estimate ? 1 : value === estimate ? 0.5 : 0), 0) / draws;
  if (drawn[0] === drawn[draws - 1]) {
    return { estimate, low: estimate, high: estimate, groups: members.length, trainings: values.length };
  }
  const bias = normalQuantile(Math.min(1 - 1 / draws, Math.max(1 / draws, below)));
  const left = members.map((_, g) =>
    mean(sums.map((row) => (row.reduce((a, b) => a + b) - row[g]) / (images - sizes[g])))
  );
  const middle = mean(left);
  const squares = left.reduce((sum, value) => sum + (middle - value) ** 2, 0);
  const cubes = left.reduce((sum, value) => sum + (middle - value) ** 3, 0);
  const acceleration = squares > 0 ? cubes / (6 * squares ** 1.5) : 0;
  const end = (share: number) => {
    const z = bias + normalQuantile(share);
    return sortedQuantile(drawn, normalCdf(bias + z / (1 - acceleration * z)));
  };
  return {
    estimate,
    low: end((1 - level) / 2),
    high: end((1 + level) / 2),
    groups: members.length,
    trainings: values.length,
  };
}

/** Computes the mean of each group, in the order of first appearance. */
export function groupMeans(values: ArrayLike<number>, groups: readonly string[]): number[] {
  const members = Map.groupBy(groups.map((_, i) => i), (i) => groups[i]);
  return [...members.values()].map((indices) => mean(indices.map((i) => values[i])));
}
