import type { TrainingSeconds } from "./training_state.ts";

/** Time of a forward pass, about a third of a training step, which also includes the backward pass. */
const FORWARD_SHARE = 1 / 3;

/** The amount of work of a whole training. */
export interface TotalWork {
  /** Number of steps. */
  steps: number;
  /** Number of validations. */
  validations: number;
  /** Pixels of all validation images, as a multiple of a batch's. */
  validationBatches: number;
}

/** The completed and the total work of a training. */
export interface TrainingWork extends TotalWork {
  /** Number of completed steps. */
  step: number;
  /** Number of completed validations. */
  validation: number;
  /** Seconds of both so far. */
  seconds: TrainingSeconds;
}

/**
 * Returns the completed share of a training's time. A validation counts as the number of steps that validations took so
 * far. Before the first one, this number is estimated from the pixels.
 *
 * @returns 0 to 1
 */
export function completedShare(
  { step, steps, validation, validations, seconds, validationBatches }: TrainingWork,
): number {
  const secondsPerStep = (seconds.steps + seconds.waiting) / step;
  const measured = seconds.validation / validation / secondsPerStep;
  // In steps.
  const cost = Number.isFinite(measured) ? measured : FORWARD_SHARE * validationBatches;
  return (step + validation * cost) / (steps + validations * cost);
}
