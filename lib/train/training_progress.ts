import { isValidated } from "./best_epoch.ts";
import type { TrainingConfig } from "./config.ts";
import { completedShare, type TotalWork } from "./completed_share.ts";
import type { EpochRecord, TrainingState } from "./training_state.ts";

/** The progress of a training, for callbacks. */
export interface TrainingProgress {
  /** `compiling` before a first step that XLA compiles. */
  phase: "compiling" | "training" | "validation";
  /** Counts from 1. */
  epoch: number;
  epochs: number;
  /** Number of finished steps. */
  step: number;
  /** Number of steps of the whole training. */
  steps: number;
  /** Share of the time that is done, 0 to 1: see `completedShare`. */
  done: number;
  /** Loss of the last step. */
  loss: number;
  history: readonly EpochRecord[];
}

/** The amount of work of a whole training, and its number of epochs. */
export interface WorkPlan extends TotalWork {
  epochs: number;
}

/** Returns the amount of work of a configuration. */
export function planWork(
  config: TrainingConfig,
  steps: number,
  validationImages: readonly { width: number; height: number }[],
): WorkPlan {
  const { epochs, batchSize, cropSize } = config;
  const pixels = validationImages.reduce((sum, { width, height }) => sum + width * height, 0);
  return {
    epochs,
    steps,
    validations: Array.from({ length: epochs }, (_, i) => i + 1).filter((epoch) => isValidated(epoch, config)).length,
    validationBatches: pixels / (batchSize * cropSize ** 2),
  };
}

/** Describes the progress of a training. */
export function describeProgress(
  phase: TrainingProgress["phase"],
  state: TrainingState,
  { epochs, ...work }: WorkPlan,
): TrainingProgress {
  const { epoch, step, stepLosses, history, seconds } = state;
  return {
    phase,
    epoch: Math.min(epoch + 1, epochs),
    epochs,
    step,
    steps: work.steps,
    done: completedShare({ ...work, step, validation: history.filter(({ validation }) => validation).length, seconds }),
    loss: stepLosses.at(-1) ?? NaN,
    history,
  };
}
