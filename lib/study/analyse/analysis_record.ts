import { z } from "zod";
import { registryNames } from "../../io/registry_names.ts";
import { DEFAULT_TASK, TASKS } from "../../task/tasks.ts";
import { Machine } from "../../train/machine.ts";
import { currentAnalysis } from "./earlier_analysis.ts";
import { SECTIONS } from "./left_out.ts";
import { ObjectCounts } from "./object_counts.ts";

/** Schema of a number that may be NaN, such as the correlation of a constant, which is `null` in JSON. */
const Measure = z.number().nullable().transform((value) => value ?? NaN);
const Dice = z.array(z.number());
/**
 * Out-of-fold Dice of each image, by the names of several classes; `null` (NaN) where the class is neither in the truth nor
 * in the prediction. Absent if the task is foreground.
 */
const ClassDice = z.record(z.string(), z.array(Measure)).optional();
const Part = z.object({
  ids: z.array(z.string()),
  groups: z.array(z.string()),
  modalities: z.array(z.string()),
  /** Foreground share of each image. */
  foreground: z.array(z.number()),
});
const Ambiguity = z.object({ memberError: Measure, ambiguity: Measure, ensembleError: Measure });
const Diversity = z.object({
  q: Measure,
  correlation: Measure,
  disagreement: Measure,
  doubleFault: Measure,
  kohaviWolpert: Measure,
  right: z.array(Measure),
  accuracy: Measure,
});
const Errors = z.object({
  boundaryPixels: z.number(),
  otherPixels: z.number(),
  objects: z.number(),
  missed: z.number(),
  missedSmall: z.number(),
  small: z.number(),
  split: z.number(),
  merged: z.number(),
  spurious: z.number(),
});
const Bin = z.object({ predicted: Measure, observed: Measure, pixels: z.number() });
const Calibration = z.object({
  /** Expected calibration error over all pixels, and within five pixels of an outline. */
  everywhere: Measure,
  boundary: Measure,
  averagePrecision: Measure,
  reliability: z.array(Bin),
});

/** Schema of the values of {@linkcode StudyAnalysis}, in the current version. */
export const CurrentAnalysis = z.object({
  version: z.literal(2),
  dataset: z.object({ name: z.string(), fingerprint: z.string(), images: z.number(), groups: z.number() }),
  /** What was segmented: one of `TASKS`. */
  task: z.enum(registryNames(TASKS)).default(DEFAULT_TASK),
  /** The sections that are left out, as they are defined for foreground only. */
  leftOut: z.array(z.enum(registryNames(SECTIONS))).default([]),
  folds: z.number(),
  encoder: z.string(),
  steps: z.number(),
  /** Names of all runs of the grid; null in an analysis of an older version. */
  runs: z.array(z.string()).nullable().default(null),
  /** The kinds of machines that trained its runs, with their numbers; empty in an analysis of an older version. */
  machines: z.array(Machine.extend({ runs: z.int().positive() })).default([]),
  outOfFold: Part.extend({ folds: z.array(z.number()) }),
  test: Part,
  /** By the ids of `BASELINES`; empty if they are left out. */
  baselines: z.record(z.string(), z.object({ outOfFold: Dice, test: Dice })),
  members: z.array(z.object({
    name: z.string(),
    architecture: z.string(),
    loss: z.string(),
    seed: z.number(),
    parameters: z.number(),
    runs: z.array(z.string()),
    /** Seconds of training, all folds. */
    seconds: Measure,
    outOfFold: Dice,
    classDice: ClassDice,
    /** Mean average precision of objects of each out-of-fold image; absent if the masks hold no object numbers. */
    precision: Dice.optional(),
    /** Counts of the objects of each out-of-fold image; absent as `precision` is, and in earlier versions. */
    objects: ObjectCounts.optional(),
    /** Per model of each fold. */
    test: z.array(Dice),
    calibration: Calibration.optional(),
    errors: Errors,
    errorsByModality: z.record(z.string(), Errors),
    /** Mean out-of-fold Dice by threshold; empty if it is left out. */
    thresholds: z.array(z.object({ threshold: z.number(), dice: Measure })),
    /** The threshold of each fold, tuned on the other folds; absent with several classes and in earlier versions. */
    tunedThresholds: z.array(z.number()).optional(),
    /** Dice of each out-of-fold image at the tuned threshold of its fold; absent with several classes and in earlier versions. */
    tunedOutOfFold: Dice.optional(),
    /** The same maps scored by other conventions, by the ids of `CONVENTIONS`. */
    conventions: z.record(z.string(), Measure),
  })),
  ensembles: z.array(z.object({
    /** One of `ENSEMBLE_METHODS`, or of `IN_FOLD_STACKERS`. */
    id: z.string(),
    /** How it combines members: one of `ENSEMBLE_METHODS`. */
    method: z.string(),
    /** Whether it learnt on maps of images that its members trained on. */
    inFold: z.boolean(),
    outOfFold: Dice,
    classDice: ClassDice,
    /** Mean average precision and counts of objects, as of the members. */
    precision: Dice.optional(),
    objects: ObjectCounts.optional(),
    /** Thresholds tuned on the other folds, and Dice at them, as of the members. */
    tunedThresholds: z.array(z.number()).optional(),
    tunedOutOfFold: Dice.optional(),
    test: z.array(Dice),
    /** Out-of-fold Dice of each seed's members alone; empty with one seed. */
    bySeed: z.array(Dice).default([]),
    /** Seconds to fit it on all out-of-fold maps. */
    fitSeconds: Measure,
    weights: z.array(z.number()).nullable(),
    errors: Errors,
    errorsByModality: z.record(z.string(), Errors),
  })),
  ambiguity: z.object({ all: Ambiguity, foreground: Ambiguity, background: Ambiguity }),
  diversity: z.object({ foreground: Diversity, background: Diversity }),
  /** Pairs of members: their diversity, and the gain of averaging the two over their mean Dice. */
  pairs: z.array(z.object({
    a: z.string(),
    b: z.string(),
    q: Measure,
    disagreement: Measure,
    doubleFault: Measure,
    gain: Measure,
  })),
  /** Pixels that every member gets wrong, by modality. */
  together: z.record(
    z.string(),
    z.object({
      /** Pixels of true foreground. */
      foreground: z.number(),
      /** True foreground that every member calls background. */
      missed: z.number(),
      /** True background that every member calls foreground. */
      spurious: z.number(),
      /** Missed and spurious pixels within two pixels of a true outline. */
      boundary: z.number(),
    }),
  ),
  oracle: z.object({ pixel: Dice, image: Dice }),
  /** Members and their soft vote at kept epochs and under the sweeps, on the first fold: quality and gain. */
  quality: z.array(z.object({
    /** One of `SWEEPS`. */
    sweep: z.string(),
    /** In the sweep's unit; null in the main runs. */
    level: z.number().nullable(),
    members: z.array(z.string()),
    ids: z.array(z.string()),
    groups: z.array(z.string()),
    /** Mean Dice of the members, and Dice of their soft vote, of each image. */
    member: Dice,
    ensemble: Dice,
  })),
  /** What the ensemble is compared with, on the unseen images of the first fold; null if the grid has no such runs. */
  controls: z.object({
    ids: z.array(z.string()),
    groups: z.array(z.string()),
    entries: z.array(z.object({
      /** Several architectures, several seeds of one, one member alone, or one that trained longer. */
      kind: z.enum(["architectures", "seeds", "alone", "longer"]),
      architecture: z.string().nullable(),
      /** Architectures, seeds, or times the steps. */
      count: z.number(),
      /** Number of averaged maps. */
      members: z.number(),
      /** Seconds of all trainings; null if they had another number of threads than the ensemble's members. */
      seconds: z.number().nullable(),
      dice: Dice,
    })),
  }).nullable().default(null),
});

/**
 * Schema of the analysis of a study's main runs, `analysis.json` next to the runs. Dice is per image, with empty images
 * as 1; of several classes it is the mean of those that occur in the truth or in the prediction of the image.
 */
export const StudyAnalysis = z.preprocess(currentAnalysis, CurrentAnalysis);
/** The analysis of a study's main runs. */
export type StudyAnalysis = z.output<typeof StudyAnalysis>;
