/** Largest range of integers of which each is counted. */
const MAX_INTEGERS = 2 ** 20;

/** Numbers of values, and the intensity at which each is counted, ascending. */
interface Histogram {
  counts: Float64Array;
  intensity(bin: number): number;
}

/**
 * Computes Otsu's threshold (Otsu 1979): the value that best separates a histogram into two classes. Integers are
 * counted one by one; other values, and integers whose range exceeds 2²⁰, in bins. A bin's values count as its centre.
 * The threshold is that of scikit-image's `threshold_otsu` for an array of such values.
 *
 * @param values intensities in any unit
 * @param bins number of bins between the smallest and the largest value. Default 256. Integers need none.
 * @returns the threshold in the values' unit: the largest integer or the centre of the last bin of the darker class.
 * Larger values are the brighter class. If all values are equal, their value
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { otsuThreshold } from "lib";
 *
 * assert.equal(otsuThreshold([10, 11, 12, 200, 201]), 12);
 * ```
 */
export function otsuThreshold(values: ArrayLike<number>, bins = 256): number {
  let low = Infinity, high = -Infinity, integers = true;
  for (let i = 0; i < values.length; i++) {
    if (values[i] < low) low = values[i];
    if (values[i] > high) high = values[i];
    integers &&= Number.isInteger(values[i]);
  }
  if (!(high > low)) return high;
  const single = integers && high - low < MAX_INTEGERS;
  const histogram = single ? countIntegers(values, low, high) : countBins(values, low, high, bins);
  return histogram.intensity(bestCut(histogram, values.length));
}

function countIntegers(values: ArrayLike<number>, low: number, high: number): Histogram {
  const counts = new Float64Array(high - low + 1);
  for (let i = 0; i < values.length; i++) counts[values[i] - low]++;
  return { counts, intensity: (bin) => low + bin };
}

/** Counts values in bins of equal width; a value at an edge belongs to the upper bin, the largest to the last one. */
function countBins(values: ArrayLike<number>, low: number, high: number, bins: number): Histogram {
  const counts = new Float64Array(bins), width = (high - low) / bins;
  const edge = (bin: number) => bin === bins ? high : bin * width + low;
  for (let i = 0; i < values.length; i++) {
    let bin = Math.min(bins - 1, Math.floor((values[i] - low) / (high - low) * bins));
    // The division rounds.
    if (values[i] < edge(bin)) bin--;
    else if (bin < bins - 1 && values[i] >= edge(bin + 1)) bin++;
    counts[bin]++;
  }
  return { counts, intensity: (bin) => (edge(bin) + edge(bin + 1)) / 2 };
}

/** Returns the last bin of the darker class where the variance between the classes is largest; the first of equals. */
function bestCut({ counts, intensity }: Histogram, total: number): number {
  const sum = counts.reduce((s, count, bin) => s + intensity(bin) * count, 0);
  let below = 0, sumBelow = 0, best = -1, cut = 0;
  for (let bin = 0; bin < counts.length - 1; bin++) {
    if (counts[bin] === 0) continue;
    below += counts[bin];
    sumBelow += intensity(bin) * counts[bin];
    const difference = sumBelow / below - (sum - sumBelow) / (total - below);
    const between = below * (total - below) * difference ** 2;
    if (between > best) [best, cut] = [between, bin];
  }
  return cut;
}
