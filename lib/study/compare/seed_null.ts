import { type DifferenceVerdict, differenceVerdict } from "../../evaluate/verdict.ts";
import { type AnalysedRuns, compareRuns, haveInterval, imageGroups, seedRecipes } from "./run_comparisons.ts";

/** How far trainings of one recipe differ, which is what a difference between recipes must exceed. */
export interface SeedNull {
  /** The recipes with several seeds: architecture and loss. */
  recipes: string[];
  /** Number of pairs of trainings that differ only in the seed. */
  pairs: number;
  /** Number of pairs whose 95 % interval over groups excludes 0. One in 20 would, if trainings did not differ. */
  excluding: number;
  /** Number of pairs that the margin of 0.01 calls better or worse. None should be. */
  decided: number;
  /** Largest absolute difference of the mean Dice of two trainings of one recipe. */
  largest: number;
}

/** The verdicts that say that two trainings differ. */
const DECIDED: readonly DifferenceVerdict[] = ["better", "worse"];

/** Returns the pairs of a list. */
const pairsIn = <T>(list: readonly T[]) => list.flatMap((a, i) => list.slice(i + 1).map((b): [T, T] => [a, b]));

/**
 * Compares the trainings of a study's first fold that differ only in the seed, pair by pair, with the interval over groups
 * that a comparison of two single trainings has.
 *
 * @param study a study with its runs
 * @returns the numbers of pairs and their largest difference; `undefined` if no recipe has several seeds, or
 * if that fold has a single group of images
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { join } from "node:path";
 * import { projectFolder } from "lib/runs";
 * import { openStudy, seedNull } from "lib/study";
 *
 * const study = await openStudy("dsb2018_fluo", join(projectFolder(), "results/committed"));
 * const { pairs, decided } = seedNull(study)!;
 * assert.deepEqual([pairs, decided], [40, 0]);
 * ```
 */
export function seedNull(study: AnalysedRuns): SeedNull | undefined {
  const findGroup = imageGroups(study.analysis);
  const recipes = seedRecipes(study).filter(({ runs: [run] }) => haveInterval(run, findGroup));
  if (recipes.length === 0) return undefined;
  const differences = recipes.flatMap(({ runs }) => pairsIn(runs))
    .map(([a, b]) => compareRuns([a], [b], findGroup).difference);
  return {
    recipes: recipes.map(({ architecture, loss }) => `${architecture} ${loss}`),
    pairs: differences.length,
    excluding: differences.filter(({ low, high }) => low > 0 || high < 0).length,
    decided: differences.filter((each) => DECIDED.includes(differenceVerdict(each))).length,
    largest: Math.max(...differences.map(({ estimate }) => Math.abs(estimate))),
  };
}

/**
 * Says in a sentence how far trainings of one recipe differ.
 *
 * @param seedNull the comparison of a study's seeds
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { seedNullSentence } from "lib/study";
 *
 * const sentence = seedNullSentence({ recipes: ["unet bce"], pairs: 10, excluding: 4, decided: 0, largest: 0.005 });
 * assert.match(sentence, /differ by up to 0.005 Dice; 4 of 10 intervals over groups exclude 0 \(nominal: 0.5\)/);
 * ```
 */
export function seedNullSentence({ pairs, excluding, largest }: SeedNull): string {
  return `On the first fold two trainings of one recipe differ by up to ${largest.toFixed(3)} Dice; ` +
    `${excluding} of ${pairs} intervals over groups exclude 0 (nominal: ${Number((pairs / 20).toPrecision(2))}).`;
}
