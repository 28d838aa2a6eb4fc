import type { TrainingSeconds } from "./training_state.ts";

/** A forward pass takes about a third of a training step's time, which goes back through the network too. */
const FORWARD_SHARE = 1 / 3;

/** How far a training is. */
export interface TrainingWork {
  /** Steps that are done, and of all. */
  step: number;
  steps: number;
  /** Validations that are done, and of all. */
  validation: number;
  validations: number;
  /** What both took so far. */
  seconds: TrainingSeconds;
  /** Pixels of all validation images, as a multiple of a batch's. */
  validationBatches: number;
}

/**
 * The share of a training's time that is done: a validation counts for as many steps as it took so far, and before the first
 * one for as many as its pixels let expect.
 *
 * @returns 0 to 1
 */
export function timeShare(
  { step, steps, validation, validations, seconds, validationBatches }: TrainingWork,
): number {
  const secondsPerStep = (seconds.steps + seconds.waiting) / step;
  const measured = seconds.validation / validation / secondsPerStep;
  // In steps.
  const cost = Number.isFinite(measured) ? measured : FORWARD_SHARE * validationBatches;
  return (step + validation * cost) / (steps + validations * cost);
}
