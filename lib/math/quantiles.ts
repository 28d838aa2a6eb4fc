import { type RankedValues, RankFinder } from "./rank_finder.ts";

/** Returns the ranks (from 1) of quantiles of a number of values. */
export function quantileRanks(shares: readonly number[], total: number): number[] {
  return shares.map((share) => Math.min(total, Math.max(1, Math.ceil(share * total))));
}

/**
 * Returns exact quantiles, for integers and floating point: the smallest value that at least a share of all values does
 * not exceed.
 *
 * @param values at least one, none NaN
 * @param shares each 0 to 1; at most 255
 */
export function quantiles(values: RankedValues, shares: readonly number[]): number[] {
  const finder = new RankFinder(values instanceof Float32Array ? 32 : values instanceof Uint16Array ? 16 : 8);
  finder.count(values);
  if (finder.select(quantileRanks(shares, finder.total))) finder.refine(values);
  return finder.found();
}

/**
 * Returns exact quantiles of values that are not in memory together.
 *
 * @param scan visits all values, in any pieces, each time that it is called
 * @param bits of each value; 32 is floating point
 * @param ranks the wanted ranks (from 1) of a number of values; at most 255.
 */
export async function scannedQuantiles(
  scan: (visit: (values: RankedValues) => void) => Promise<void>,
  bits: 8 | 16 | 32,
  ranks: (total: number) => readonly number[],
): Promise<number[]> {
  const finder = new RankFinder(bits);
  await scan((values) => finder.count(values));
  if (finder.select(ranks(finder.total))) await scan((values) => finder.refine(values));
  return finder.found();
}
