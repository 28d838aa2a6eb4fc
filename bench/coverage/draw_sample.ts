import { mean } from "lib/math/mean.ts";
import type { Random } from "lib/math/random.ts";
import type { Population, Populations } from "./population.ts";

/** Images of some groups, scored by the models of several trainings. */
export interface Sample {
  /** Images of each group. */
  sizes: number[];
  /** Sums over each group's images, per training. */
  sums: number[][];
}

/** How far trainings differ: not at all, as measured, or by three times the standard error over the drawn groups. */
export type Spread = "none" | "measured" | "three times the groups' error";

/** The truth: the mean over all images, and the mean of the groups' means. */
export function truth({ sizes }: Populations, { sums }: Population): { images: number; groups: number } {
  const total = (values: readonly number[]) => values.reduce((a, b) => a + b);
  return { images: total(sums) / total(sizes), groups: mean(sums.map((sum, g) => sum / sizes[g])) };
}

/** Makes a function that draws groups from a population, with replacement, and trainings. */
export function sampler(all: Populations, population: Population, count: number, spread: Spread, random: Random) {
  const { sizes, deviations } = all, { images } = truth(all, population);
  const meanSize = mean(sizes);
  const error = Math.sqrt(mean(population.sums.map((sum, g) => (sum - images * sizes[g]) ** 2))) / meanSize /
    Math.sqrt(count);
  const shifts = deviations.map((row) => mean(row)),
    residuals = deviations.map((row, i) => row.map((d) => d - shifts[i]));
  // A difference has the deviations of two trainings, a member's Dice that of one.
  const isPair = population.kind !== "member";
  const shiftSpread = Math.sqrt(mean(shifts.map((shift) => shift ** 2))) * (isPair ? Math.SQRT2 : 1);
  const scale = spread === "measured" ? 1 : 3 * error / shiftSpread;
  return (trainings: number): Sample => {
    const picked = Array.from({ length: count }, () => random.integer(sizes.length));
    // The group whose deviations a drawn group has: seeds were measured on fewer groups.
    const like = picked.map(() => random.integer(residuals[0].length));
    return {
      sizes: picked.map((g) => sizes[g]),
      sums: Array.from({ length: trainings }, () => {
        const base = picked.map((g) => population.sums[g]);
        if (spread === "none") return base;
        const a = random.integer(deviations.length), b = random.integer(deviations.length);
        const shift = scale * (shifts[a] - (isPair ? shifts[b] : 0));
        return base.map((sum, i) =>
          sum + sizes[picked[i]] * (shift + residuals[a][like[i]] - (isPair ? residuals[b][like[i]] : 0))
        );
      }),
    };
  };
}
