import { groupVariance } from "../../evaluate/cluster_interval.ts";
import { deviation, mean } from "../../math/mean.ts";
import type { StudyAnalysis } from "../analyse/analysis_record.ts";
import { bestKinds } from "../answers/network_kinds.ts";
import { type AnalysedRuns, heldOutDice, seedRecipes } from "../compare/run_comparisons.ts";

/** Standard error of the mean Dice of the best network out of fold, over groups of images. */
export function groupSpread(analysis: Pick<StudyAnalysis, "members" | "outOfFold">): number {
  const [{ dice: [dice] }] = bestKinds(analysis);
  return Math.sqrt(groupVariance(dice, analysis.outOfFold.groups).variance);
}

/**
 * Standard deviation of the mean Dice over trainings of one recipe, on the images of the first fold that they did not
 * train on: the root mean square over all recipes with several seeds.
 *
 * @returns `undefined` if no recipe was trained with several seeds
 */
export function trainingSpread(study: AnalysedRuns): number | undefined {
  const recipes = seedRecipes(study).map(({ runs }) => runs.map((run) => mean(heldOutDice(run))));
  if (recipes.length === 0) return undefined;
  const sum = (value: (scores: number[]) => number) => recipes.reduce((total, scores) => total + value(scores), 0);
  const freedom = (scores: number[]) => scores.length - 1;
  return Math.sqrt(sum((scores) => freedom(scores) * deviation(scores) ** 2) / sum(freedom));
}
