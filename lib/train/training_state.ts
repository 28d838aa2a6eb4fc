import { z } from "zod";
import { Machine } from "./machine.ts";

const count = z.int().nonnegative();

/** Scores of a set of images: see `SegmentationScores`. */
const Scores = z.object({
  dice: z.number(),
  iou: z.number(),
  microDice: z.number(),
  microIou: z.number(),
  images: count,
});

/** The results of an epoch. */
export const EpochRecord = z.object({
  /** Counts from 1. */
  epoch: z.int().positive(),
  /** Mean of the batches' losses. */
  loss: z.number(),
  /** Learning rate of the last step. */
  learningRate: z.number(),
  /** Scores on the validation images at their original size; `null` if they were not scored. */
  validation: Scores.nullable(),
  /** The score that chooses the best epoch: a running mean of the validation Dice; `null` if no epoch is chosen. */
  smoothedDice: z.number().nullable(),
});
/** The results of an epoch. */
export type EpochRecord = z.output<typeof EpochRecord>;

/** Seconds of a training so far, over all its sittings, without the time of a killed one after its last checkpoint. */
export const TrainingSeconds = z.object({
  steps: z.number(),
  /** Seconds of waiting for batches. */
  waiting: z.number(),
  validation: z.number(),
  checkpoints: z.number(),
});
/** Seconds of a training so far. */
export type TrainingSeconds = z.output<typeof TrainingSeconds>;

/** The progress of a training: everything in a checkpoint except weights and optimiser. */
export const TrainingState = z.object({
  /** Hash of configuration and data: see `configHash`. */
  configHash: z.string(),
  /** Current epoch, counted from 0. */
  epoch: count,
  /** Number of completed batches of this epoch. */
  position: count,
  /** Number of completed steps. */
  step: count,
  /** Losses of the completed batches of this epoch. */
  losses: z.array(z.number()),
  history: z.array(EpochRecord),
  /** Loss of every completed step. */
  stepLosses: z.array(z.number()),
  /** Gradient norm of every step, over all weights; empty if it is not recorded. */
  gradientNorms: z.array(z.number()),
  /** Best smoothed Dice so far, and its epoch counted from 1 (0: none yet). */
  best: z.object({ dice: z.number(), epoch: count }),
  seconds: TrainingSeconds.prefault({ steps: 0, waiting: 0, validation: 0, checkpoints: 0 }),
  /** Every kind of machine that trained it, first to last. */
  machines: z.array(Machine).default([]),
}).refine(
  ({ epoch, position, step, losses, history, stepLosses, best }) =>
    losses.length === position && history.length === epoch && stepLosses.length === step && best.epoch <= epoch,
  "its counts of epochs and steps do not agree",
);
/** The progress of a training. */
export type TrainingState = z.output<typeof TrainingState>;

/** Returns the state at the start of a training. */
export function freshState(configHash: string): TrainingState {
  return {
    configHash,
    epoch: 0,
    position: 0,
    step: 0,
    losses: [],
    history: [],
    stepLosses: [],
    gradientNorms: [],
    best: { dice: -1, epoch: 0 },
    seconds: { steps: 0, waiting: 0, validation: 0, checkpoints: 0 },
    machines: [],
  };
}
