import { weightedMeanVariance } from "../../evaluate/cluster_variance.ts";
import { mean } from "../../math/mean.ts";
import type { StudyAnalysis } from "../analyse/analysis_record.ts";
import { bestKinds } from "../answers/network_kinds.ts";
import { type AnalysedRuns, heldOutDice, seedRecipes } from "../compare/run_comparisons.ts";

/** Standard deviation of the mean Dice of the best network out of fold, over groups of images. */
export function groupSpread(analysis: Pick<StudyAnalysis, "members" | "outOfFold">): number {
  const [{ dice: [dice] }] = bestKinds(analysis), { groups } = analysis.outOfFold;
  const parts = [...Map.groupBy(dice.map((value, i) => ({ value, group: groups[i] })), ({ group }) => group).values()];
  const means = parts.map((part) => mean(part.map(({ value }) => value)));
  return Math.sqrt(weightedMeanVariance(means, parts.map(({ length }) => length / dice.length)).variance);
}

/**
 * Standard deviation of the mean Dice over trainings of one recipe, on the images of the first fold that they did not
 * train on: the root mean square over all recipes with several seeds.
 *
 * @returns `undefined` if no recipe was trained with several seeds
 */
export function trainingSpread(study: AnalysedRuns): number | undefined {
  const recipes = seedRecipes(study).map(({ runs }) => runs.map((run) => mean(heldOutDice(run))));
  const freedom = recipes.reduce((sum, { length }) => sum + length - 1, 0);
  if (freedom === 0) return undefined;
  const squares = recipes.flatMap((scores) => scores.map((score) => (score - mean(scores)) ** 2));
  return Math.sqrt(squares.reduce((a, b) => a + b) / freedom);
}
