import { z } from "zod";
import { registryNames } from "../../io/registry_names.ts";
import { DEFAULT_TASK, TASKS } from "../../task/tasks.ts";

const Score = z.object({ estimate: z.number(), low: z.number(), high: z.number(), groups: z.number() });

/** Schema of `recommendation.json` in a study's folder. */
export const Recommendation = z.object({
  version: z.literal(1),
  /** What it segments: one of `TASKS`. */
  task: z.enum(registryNames(TASKS)).default(DEFAULT_TASK),
  /** One member, or an ensemble of several. */
  kind: z.enum(["single", "ensemble"]),
  /** How the members are combined: one of `ENSEMBLE_METHODS`. */
  method: z.string(),
  /** The members that take part, by their names in the analysis. */
  members: z.array(z.object({
    name: z.string(),
    /** Its share, if the method is a weighted mean. */
    weight: z.number().nullable(),
    /** The runs of its folds. */
    runs: z.array(z.string()),
  })).min(1),
  /**
   * Mean Dice per image out of fold at a threshold of 0.5, with its interval over groups; of several classes it is their
   * mean.
   */
  outOfFold: Score,
  /** The same of each class over the images in which it occurs, if there are several. */
  classes: z.record(z.string(), Score).optional(),
  /** The same on the test split; null without one. */
  test: Score.nullable(),
  /** Mean average precision of its objects out of fold, at an IoU of 0.5 to 0.95; null if the study has none. */
  precision: Score.nullable(),
  /** The ensemble with the largest gain over the best single member; null if the study has none. */
  bestEnsemble: z.object({
    method: z.string(),
    gain: Score,
    /** The same with each at thresholds tuned on the other folds; null if the study has no such scores. */
    tunedGain: Score.nullable().default(null),
  }).nullable(),
  /**
   * The thresholds of a single member that were tuned on the other folds, one for each fold, and its Dice at them; null if they
   * are not better than 0.5, and in a recommendation of an earlier version.
   */
  tuned: z.object({ thresholds: z.array(z.number()), dice: Score }).nullable().default(null),
  /**
   * Its Dice less that of each baseline that needs no training, out of fold, by the baselines' ids; empty if the task has
   * none, or in a recommendation of an earlier version.
   */
  versusBaselines: z.record(z.string(), Score).default({}),
  cost: z.object({
    /** Number of networks that predict a new image: one per member and fold. */
    models: z.number(),
    /** Their parameters in total. */
    parameters: z.number(),
    /** Seconds for one of the study's images on the machine of the study; null if it measured none. */
    secondsPerImage: z.number().nullable(),
  }),
  /** The command that segments new images; null if runs of its members kept no weights. */
  command: z.string().nullable(),
});
/** The model that a study recommends for new images. */
export type Recommendation = z.output<typeof Recommendation>;
