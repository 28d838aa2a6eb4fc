import type { TrainingConfig } from "./config.ts";
import type { TrainingState } from "./training_state.ts";

/** The score that chooses the best epoch: an exponential running mean of the validation Dice. */
export function smoothDice(state: TrainingState, dice: number, { smoothing }: TrainingConfig): number {
  const previous = state.history.at(-1)?.smoothedDice;
  return typeof previous === "number" ? smoothing * previous + (1 - smoothing) * dice : dice;
}

/** Whether a training has had all its epochs, or `patience` epochs without a better score. */
export function isFinished({ epoch, history, best }: TrainingState, { epochs, patience }: TrainingConfig): boolean {
  return epoch >= epochs || (patience > 0 && best.epoch > 0 && history.length - best.epoch >= patience);
}

/** Whether an epoch ends with scores on the validation images: every one, or those that are kept and the last one. */
export function isValidated(epoch: number, { selection, epochs, keepEpochs }: TrainingConfig): boolean {
  return selection !== "last" || epoch === epochs || keepEpochs.includes(epoch);
}
