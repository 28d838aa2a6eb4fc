import type { DiceScorer } from "../../ensemble/dice_scorer.ts";
import { mean } from "../../math/mean.ts";
import type { StudyAnalysis } from "./analysis_record.ts";

/**
 * Returns the Dice of each image, the mean of its classes, and for a task of several classes that of each class.
 *
 * @param byClass Dice of each image and scored class
 */
export function scoreDice(
  byClass: readonly number[][],
  { task, classes }: DiceScorer,
): Pick<StudyAnalysis["members"][number], "outOfFold" | "classDice"> {
  const classDice = () => Object.fromEntries(classes.map((name, c) => [name, byClass.map((image) => image[c])]));
  return { outOfFold: byClass.map(mean), ...(!task.hasThreshold && { classDice: classDice() }) };
}
