import type { TrainingProgress } from "../train/training_progress.ts";

/** What a training does in each phase but training. */
const WORK = { compiling: "compiling the step", validation: "validating" } as const;

/** Returns the text of a training's progress bar: epoch, loss or what else it does, and the Dice of the last scored epoch. */
export function trainingNote({ phase, epoch, epochs, done, loss, history }: TrainingProgress): string {
  const scores = history.findLast(({ validation }) => validation)?.validation;
  const dice = scores ? `, validation Dice ${scores.dice.toFixed(3)}` : "";
  const now = phase === "training" ? `loss ${loss.toFixed(4)}` : WORK[phase];
  return `epoch ${epoch}/${epochs}, ${done >= 1 ? "scoring" : now}${dice}`;
}
