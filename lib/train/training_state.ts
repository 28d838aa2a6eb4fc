import type { SegmentationScores } from "./metrics.ts";

/** What one epoch gave. */
export interface EpochRecord {
  /** Counts from 1. */
  epoch: number;
  /** Mean of the batches' losses. */
  loss: number;
  /** Learning rate of the last step. */
  learningRate: number;
  /** Scores on the validation images at their own size; `null` where they were not looked at. */
  validation: SegmentationScores | null;
  /** The score that chooses the best epoch: a running mean of the validation Dice; `null` where nothing is chosen. */
  smoothedDice: number | null;
}

/** Seconds that a training took so far, over all its sittings; what a killed one did after its last checkpoint is not in it. */
export interface TrainingSeconds {
  steps: number;
  /** For batches. */
  waiting: number;
  validation: number;
  checkpoints: number;
}

/** Where a training stands: all that a checkpoint holds besides weights and optimiser. */
export interface TrainingState {
  /** Of configuration and data: see `configHash`. */
  configHash: string;
  /** Epoch that is under way, counted from 0. */
  epoch: number;
  /** Batches of this epoch that are done. */
  position: number;
  /** Steps done since the beginning. */
  step: number;
  /** Losses of this epoch's batches so far. */
  losses: number[];
  history: EpochRecord[];
  /** Loss of every step since the beginning. */
  stepLosses: number[];
  /** Norm of every step's gradient, all weights together; empty where it is not recorded. */
  gradientNorms: number[];
  /** Best smoothed Dice so far, and its epoch counted from 1 (0: none yet). */
  best: { dice: number; epoch: number };
  seconds: TrainingSeconds;
}
