import { Random } from "../math/random.ts";

/** Options of {@linkcode rankStability}. */
export interface RankOptions {
  /** Number of resamples. Default 2000. */
  draws?: number;
  /** Seed of the resampling. Default 0. */
  seed?: number;
}

/** The stability of a method's rank under resampling. */
export interface RankStability {
  /** Fraction of the resamples in which the method ranks first. */
  first: number;
  /** Mean rank; 1 is best. */
  meanRank: number;
}

/**
 * Resamples groups and computes how often each method ranks first, and its mean rank.
 *
 * @param scores each method's score per image: `[method][image]`
 * @param groups each image's group
 */
export function rankStability(
  scores: readonly ArrayLike<number>[],
  groups: readonly string[],
  { draws = 2000, seed = 0 }: RankOptions = {},
): RankStability[] {
  const members = [...Map.groupBy(groups.map((_, i) => i), (i) => groups[i]).values()];
  const sums = scores.map((row) => members.map((indices) => indices.reduce((sum, i) => sum + row[i], 0)));
  const first = scores.map(() => 0), ranks = scores.map(() => 0);
  const random = new Random(seed, 0x4a4b);
  for (let d = 0; d < draws; d++) {
    const picked = members.map(() => random.integer(members.length));
    const totals = sums.map((row) => picked.reduce((sum, g) => sum + row[g], 0));
    totals.forEach((total, m) => {
      const rank = 1 + totals.filter((other) => other > total).length;
      ranks[m] += rank / draws;
      if (rank === 1) first[m] += 1 / draws;
    });
  }
  return scores.map((_, m) => ({ first: first[m], meanRank: ranks[m] }));
}
