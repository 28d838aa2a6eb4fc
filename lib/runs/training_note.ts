import type { TrainingProgress } from "../train/training_progress.ts";

/** Returns the text of a training's progress bar: epoch, loss, and the Dice of the last scored epoch. */
export function trainingNote({ phase, epoch, epochs, loss, history }: TrainingProgress): string {
  const scores = history.findLast(({ validation }) => validation)?.validation;
  const dice = scores ? `, validation Dice ${scores.dice.toFixed(3)}` : "";
  return `epoch ${epoch}/${epochs}, ${phase === "validation" ? "validating" : `loss ${loss.toFixed(4)}`}${dice}`;
}
