/**
 * Computes Otsu's threshold (Otsu 1979): the value that best separates a histogram into two classes.
 *
 * @param values intensities in any unit
 * @param bins number of bins between the smallest and the largest value. Default 256.
 * @returns the threshold in the values' unit; larger values are the brighter class
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { otsuThreshold } from "lib";
 *
 * const threshold = otsuThreshold([10, 11, 12, 200, 201]);
 * assert.ok(threshold >= 12 && threshold < 200);
 * ```
 */
export function otsuThreshold(values: ArrayLike<number>, bins = 256): number {
  let low = Infinity, high = -Infinity;
  for (let i = 0; i < values.length; i++) {
    low = Math.min(low, values[i]);
    high = Math.max(high, values[i]);
  }
  if (!(high > low)) return high;
  const histogram = new Float64Array(bins);
  const scale = bins / (high - low);
  for (let i = 0; i < values.length; i++) histogram[Math.min(bins - 1, Math.floor((values[i] - low) * scale))]++;
  const total = values.length;
  const sum = histogram.reduce((s, count, bin) => s + bin * count, 0);
  let below = 0, sumBelow = 0, best = -1, cut = 0;
  for (let bin = 0; bin < bins - 1; bin++) {
    below += histogram[bin];
    sumBelow += bin * histogram[bin];
    if (below === 0 || below === total) continue;
    const difference = sumBelow / below - (sum - sumBelow) / (total - below);
    const between = below * (total - below) * difference ** 2;
    if (between > best) [best, cut] = [between, bin];
  }
  return low + (cut + 1) / scale;
}
