import type { DiceScorer } from "../../ensemble/dice_scorer.ts";
import type { StudyAnalysis } from "./analysis_record.ts";

/**
 * Returns the Dice of each image, the mean of the classes that occur in it, and for a task of several classes that of each.
 *
 * @param byClass Dice of each image and scored class; NaN if it does not occur
 */
export function scoreDice(
  byClass: readonly number[][],
  scorer: DiceScorer,
): Pick<StudyAnalysis["members"][number], "outOfFold" | "classDice"> {
  const { task } = scorer;
  const classDice = () => Object.fromEntries(task.scored.map((name, c) => [name, byClass.map((image) => image[c])]));
  return {
    outOfFold: byClass.map((image) => scorer.mean(image)),
    ...(!task.hasThreshold && { classDice: classDice() }),
  };
}
