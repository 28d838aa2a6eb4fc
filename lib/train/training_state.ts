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

/** What one epoch gave. */
export const EpochRecord = z.object({
  /** Counts from 1. */
  epoch: z.int().positive(),
  /** Mean of the batches' losses. */
  loss: z.number(),
  /** Learning rate of the last step. */
  learningRate: z.number(),
  /** Scores on the validation images at their own size; `null` where they were not looked at. */
  validation: Scores.nullable(),
  /** The score that chooses the best epoch: a running mean of the validation Dice; `null` where nothing is chosen. */
  smoothedDice: z.number().nullable(),
});
/** What one epoch gave. */
export type EpochRecord = z.output<typeof EpochRecord>;

/** Seconds that a training took so far, over all its sittings; what a killed one did after its last checkpoint is not in it. */
export const TrainingSeconds = z.object({
  steps: z.number(),
  /** For batches. */
  waiting: z.number(),
  validation: z.number(),
  checkpoints: z.number(),
});
/** Seconds that a training took so far. */
export type TrainingSeconds = z.output<typeof TrainingSeconds>;

/** The progress of a training: all that a checkpoint holds besides weights and optimiser. */
export const TrainingState = z.object({
  /** Of configuration and data: see `configHash`. */
  configHash: z.string(),
  /** Epoch that is under way, counted from 0. */
  epoch: count,
  /** Batches of this epoch that are done. */
  position: count,
  /** Steps done since the beginning. */
  step: count,
  /** Losses of this epoch's batches so far. */
  losses: z.array(z.number()),
  history: z.array(EpochRecord),
  /** Loss of every step since the beginning. */
  stepLosses: z.array(z.number()),
  /** Norm of every step's gradient, all weights together; empty where it is not recorded. */
  gradientNorms: z.array(z.number()),
  /** Best smoothed Dice so far, and its epoch counted from 1 (0: none yet). */
  best: z.object({ dice: z.number(), epoch: count }),
  seconds: TrainingSeconds.prefault({ steps: 0, waiting: 0, validation: 0, checkpoints: 0 }),
  /** Every kind of machine that it has been trained on, first to last. */
  machines: z.array(Machine).default([]),
}).refine(
  ({ epoch, position, step, losses, history, stepLosses, best }) =>
    losses.length === position && history.length === epoch && stepLosses.length === step && best.epoch <= epoch,
  "its counts of epochs and steps do not agree",
);
/** The progress of a training. */
export type TrainingState = z.output<typeof TrainingState>;

/** Where a training begins. */
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
