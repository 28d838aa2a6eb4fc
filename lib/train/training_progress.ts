import type { TrainingConfig } from "./config.ts";
import type { EpochRecord, TrainingState } from "./training_state.ts";

/** The progress of a training, as its callers see it. */
export interface TrainingProgress {
  phase: "training" | "validation";
  /** Counts from 1. */
  epoch: number;
  epochs: number;
  /** Number of finished steps. */
  step: number;
  /** Number of steps of the whole training. */
  steps: number;
  /** Loss of the last step. */
  loss: number;
  history: readonly EpochRecord[];
}

/** Describes the progress of a training of `steps` steps. */
export function describeProgress(
  phase: TrainingProgress["phase"],
  state: TrainingState,
  { epochs }: TrainingConfig,
  steps: number,
): TrainingProgress {
  const { epoch, step, stepLosses, history } = state;
  return { phase, epoch: Math.min(epoch + 1, epochs), epochs, step, steps, loss: stepLosses.at(-1) ?? NaN, history };
}
