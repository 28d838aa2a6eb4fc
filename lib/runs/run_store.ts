import { join } from "node:path";
import { z } from "zod";
import { withCurrentKeys } from "../io/aliases.ts";
import type { DigestOptions } from "../io/file_digest.ts";
import { RecordedConfig } from "../train/config.ts";
import { Machine } from "../train/machine.ts";
import { ObjectRecord } from "./object_record.ts";
import { readRecord, writeRecord } from "./record_file.ts";

export { RunError } from "./run_error.ts";

const Scores = z.object({
  dice: z.number(),
  iou: z.number(),
  microDice: z.number(),
  microIou: z.number(),
  images: z.number(),
});

/** Values by the model or a baseline; earlier versions named the baselines otherwise. */
const byMethod = <Schema extends z.ZodType>(values: Schema) =>
  z.preprocess((given) => withCurrentKeys("baselines", given), z.record(z.string(), values));

/** Schema of the record of a finished run, `results/<run>/run.json`. */
export const RunRecord = z.object({
  run: z.string(),
  /** Hash of configuration and data; the run is reused only if it is equal. */
  configHash: z.string(),
  config: RecordedConfig,
  data: z.object({
    name: z.string(),
    fingerprint: z.string(),
    images: z.number(),
    groups: z.number(),
    training: z.array(z.string()),
    validation: z.array(z.string()),
    /** Images of the test split. */
    test: z.array(z.string()).default([]),
  }),
  provenance: z.object({
    deno: z.string(),
    tensorflow: z.string(),
    device: z.string(),
    processor: z.string(),
    /** Absent in records of earlier versions. */
    instructions: z.string().optional(),
    threads: z.number(),
    /** Absent in records of earlier versions. */
    numerics: z.string().optional(),
    platform: z.string(),
    commit: z.string(),
    date: z.string().default(""),
  }),
  /** Every kind of machine that trained it, first to last; empty in records of earlier versions. */
  machines: z.array(Machine).default([]),
  parameters: z.number(),
  history: z.array(z.object({
    epoch: z.number(),
    loss: z.number(),
    learningRate: z.number(),
    validation: Scores.nullable(),
    smoothedDice: z.number().nullable(),
  })),
  stepLosses: z.array(z.number()),
  /** Gradient norm of every step, if requested. */
  gradientNorms: z.array(z.number()).default([]),
  bestEpoch: z.number(),
  /**
   * Scores on the validation images at their original size, of the weights of the best (or last) epoch and of the
   * baselines.
   */
  scores: byMethod(Scores),
  /**
   * Scores of each class on the validation images in which it occurs, in the truth or in the prediction, for tasks of
   * several classes; `scores` has means over the images. A class that occurs in none is left out.
   */
  classScores: z.record(z.string(), Scores).optional(),
  /** The same on the test images. */
  testClassScores: z.record(z.string(), Scores).optional(),
  /**
   * For tasks of several classes, scores of the foreground, and of the baselines. Foreground are the pixels whose most
   * probable class is not the background.
   */
  foregroundScores: byMethod(Scores).optional(),
  /** The same on the test images, if there are any. */
  testScores: byMethod(Scores).default({}),
  /**
   * Dice of each validation image, in the order of `data.validation`; null if undefined. For tasks of several classes, the
   * mean of those that occur in the image.
   */
  imageDice: byMethod(z.array(z.number().nullable())),
  /** Dice of each test image, in the order of `data.test`. */
  testDice: byMethod(z.array(z.number().nullable())).default({}),
  /** Scores of objects, if the masks hold object numbers; absent in records of earlier versions. */
  objects: ObjectRecord.optional(),
  /** Probability maps: entries of `predictions.zip` in the run's folder. */
  maps: z.array(z.object({
    file: z.string(),
    split: z.enum(["validation", "test", "training"]),
    epoch: z.number(),
    sha256: z.string(),
  })).default([]),
  /** The threshold with the best mean Dice on the validation images, and that Dice. */
  tuned: z.object({ threshold: z.number(), dice: z.number() }),
  /** Seconds of the training, over all its sittings. */
  seconds: z.object({
    steps: z.number(),
    waiting: z.number(),
    validation: z.number(),
    checkpoints: z.number(),
  }),
});
/** The record of a finished run. */
export type RunRecord = z.output<typeof RunRecord>;

/** The file of the record in a run's folder. */
export const RECORD = "run.json";

/**
 * Reads a finished run.
 *
 * @param folder of the run, such as `model.folder` of a model that `train` returned
 * @returns `undefined` if the run is not finished
 * @throws {RunError} if its record is damaged, or has no digest.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { readRun } from "lib";
 *
 * assert.equal(await readRun("no-such-run"), undefined);
 * ```
 */
export async function readRun(folder: string, options: DigestOptions = {}): Promise<RunRecord | undefined> {
  return await readRecord(join(folder, RECORD), RunRecord, { ...options, advice: `delete ${folder} to run it again` });
}

/** Writes a finished run. */
export async function writeRun(folder: string, record: RunRecord): Promise<void> {
  await writeRecord(join(folder, RECORD), record, { indent: 1 });
}
