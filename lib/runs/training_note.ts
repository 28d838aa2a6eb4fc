import type { TrainingProgress } from "../train/training_progress.ts";

/** What a progress bar says of a training: epoch, loss, and the Dice of the last epoch that was scored. */
export function trainingNote({ phase, epoch, epochs, loss, history }: TrainingProgress): string {
  const scores = history.findLast(({ validation }) => validation)?.validation;
  const dice = scores ? `, validation Dice ${scores.dice.toFixed(3)}` : "";
  return `epoch ${epoch}/${epochs}, ${phase === "validation" ? "validating" : `loss ${loss.toFixed(4)}`}${dice}`;
}
