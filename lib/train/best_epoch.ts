import type { TrainingConfig } from "./config.ts";
import type { TrainingState } from "./training_state.ts";

/** Computes the score that chooses the best epoch: an exponential running mean of the validation Dice. */
export function smoothDice(state: TrainingState, dice: number, { smoothing }: TrainingConfig): number {
  const previous = state.history.at(-1)?.smoothedDice;
  return typeof previous === "number" ? smoothing * previous + (1 - smoothing) * dice : dice;
}

/** Returns whether a training has completed all its epochs, or `patience` epochs without a better score. */
export function isFinished({ epoch, history, best }: TrainingState, { epochs, patience }: TrainingConfig): boolean {
  return epoch >= epochs || (patience > 0 && best.epoch > 0 && history.length - best.epoch >= patience);
}

/** Returns whether an epoch ends with scores on the validation images: every epoch, or the kept ones and the last. */
export function isValidated(epoch: number, { selection, epochs, keepEpochs }: TrainingConfig): boolean {
  return selection !== "last" || epoch === epochs || keepEpochs.includes(epoch);
}
