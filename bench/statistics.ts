import { median } from "lib/math/mean.ts";
import { Random } from "lib/math/random.ts";

/** A ratio of two sides' median times, with a 95 % percentile bootstrap interval over the paired rounds. */
export interface Ratio {
  ratio: number;
  low: number;
  high: number;
}

/**
 * Returns how many times faster `ours` is than `theirs`, as the median of the ratios of alternating rounds.
 */
export function pairedRatio(ours: readonly number[], theirs: readonly number[]): Ratio {
  const ratios = ours.map((seconds, i) => theirs[i] / seconds);
  const random = new Random(1);
  const draws = Array.from({ length: 2000 }, () => median(ratios.map(() => ratios[random.integer(ratios.length)])))
    .sort((a, b) => a - b);
  return { ratio: median(ratios), low: draws[50], high: draws[1949] };
}
