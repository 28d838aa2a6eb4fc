import type { TrainingProgress } from "../train/training_progress.ts";

/** Returns the text of a training's progress bar: epoch, loss or what else it does, and the Dice of the last scored epoch. */
export function trainingNote({ phase, epoch, epochs, done, loss, history }: TrainingProgress): string {
  const scores = history.findLast(({ validation }) => validation)?.validation;
  const dice = scores ? `, validation Dice ${scores.dice.toFixed(3)}` : "";
  const work = done >= 1
    ? "scoring"
    : phase === "validation"
    ? "validating"
    : phase === "compiling"
    ? "compiling the step"
    : `loss ${loss.toFixed(4)}`;
  return `epoch ${epoch}/${epochs}, ${work}${dice}`;
}
