import { normalCdf } from "../math/normal_distribution.ts";

/** The result of {@linkcode wilcoxonSignedRank}. */
export interface WilcoxonResult {
  /** The smaller of the rank sums of positive and negative differences. */
  statistic: number;
  /** Two-sided p value. */
  pValue: number;
  /** Number of non-zero differences. */
  n: number;
  /** Rank sum of positive minus that of negative differences, divided by the total: −1 to 1 (Kerby 2014). */
  rankBiserial: number;
  /** Whether the p value is exact instead of the normal approximation. */
  exact: boolean;
}

/** Maximum number of differences for an exact p value. */
const EXACT_UP_TO = 50;

/**
 * Applies Wilcoxon's signed-rank test of paired differences against 0 (Wilcoxon 1945). Zeros are omitted, and ties
 * share their mean rank. The p value is exact for up to 50 differences without ties, otherwise the normal approximation
 * with a correction for ties.
 */
export function wilcoxonSignedRank(differences: ArrayLike<number>): WilcoxonResult {
  const nonZero = Array.from(differences).filter((value) => value !== 0);
  const n = nonZero.length;
  if (n === 0) return { statistic: 0, pValue: 1, n, rankBiserial: 0, exact: true };
  const order = nonZero.map((value) => Math.abs(value)).map((size, i) => ({ size, i })).sort((a, b) => a.size - b.size);
  const ranks = new Float64Array(n);
  let ties = 0;
  for (let start = 0; start < n;) {
    let end = start;
    while (end < n && order[end].size === order[start].size) end++;
    for (let k = start; k < end; k++) ranks[order[k].i] = (start + 1 + end) / 2;
    ties += (end - start) ** 3 - (end - start);
    start = end;
  }
  const positive = nonZero.reduce((sum, value, i) => sum + (value > 0 ? ranks[i] : 0), 0);
  const total = n * (n + 1) / 2;
  const statistic = Math.min(positive, total - positive);
  const rankBiserial = (2 * positive - total) / total;
  if (n <= EXACT_UP_TO && ties === 0) {
    // Number of sign combinations for each rank sum, adding one rank at a time.
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
