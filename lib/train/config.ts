import { createHash } from "node:crypto";
import { z } from "zod";
import { AUGMENTATIONS } from "../batches/augment/augmentations.ts";
import { nearestWord } from "../io/nearest_word.ts";
import { NORMALIZATIONS } from "../images/normalize.ts";
import { hasName, registryNames } from "../io/registry_names.ts";
import { ENCODERS } from "../nn/encoders/encoders.ts";
import { INPUT_STATISTICS } from "../nn/input_statistics.ts";
import { ARCHITECTURES } from "../nn/architectures/architectures.ts";
import { EMPTY_MASK_SCORES } from "../evaluate/metrics.ts";
import { LOSS_OPTIONS } from "./losses/loss.ts";
import { BORDER_WIDTH } from "../task/border.ts";
import { DEFAULT_TASK, TASKS } from "../task/tasks.ts";
import { lossFits } from "./losses/loss.ts";
import { type CustomLossName, isCustomLoss } from "./losses/custom_loss.ts";
import { DEFAULT_LOSSES, LOSSES, type LossName } from "./losses/losses.ts";
import { PRECISIONS } from "../tensorflow/mod.ts";
import { explainIssue, valueAt, writePath } from "../io/explain_issue.ts";
import { ConfigError } from "./config_error.ts";
import { OPTIMIZERS } from "./optimizers.ts";
import { SCHEDULES } from "./schedule.ts";

export { ConfigError, nearestWord };

/** The weights that a run can end with. */
export const SELECTIONS = ["best", "last"] as const;

/**
 * Schema of the configuration of a training run, with the default of each option.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { TrainingConfig } from "lib";
 *
 * const { architecture, encoder, loss } = TrainingConfig.parse({});
 * assert.deepEqual([architecture, encoder, loss], ["unet", "resnet34", "bce"]);
 * ```
 */
export const TrainingConfig = z.strictObject({
  architecture: z.enum(registryNames(ARCHITECTURES)).default("unet"),
  encoder: z.enum(registryNames(ENCODERS)).default("resnet34"),
  /** Initial weights: `"none"`, `"imagenet"`, or a file of weights for the encoder or the whole model. */
  encoderWeights: z.string().default("none"),
  inChannels: z.union([z.literal(1), z.literal(3)]).default(3),
  /**
   * Statistics by which the model standardises the channels of its images. Default: `imagenet` if `encoderWeights` is, and
   * the normalisation is not `zscore`; otherwise `none`.
   */
  inputStatistics: z.enum(INPUT_STATISTICS).default("none"),
  /** The task: see `TASKS`. */
  task: z.enum(registryNames(TASKS)).default(DEFAULT_TASK),
  /** Names of the classes of the task `classes`, the background first. Default: those of the data set. */
  classNames: z.array(z.string().min(1)).default([]),
  /** Width of the border of the task `border` within its object, in pixels. */
  borderWidth: z.number().min(1).max(50).default(BORDER_WIDTH),
  /** Weight of each class in the loss of several classes, the background first; empty for equal weights. */
  classWeights: z.array(z.number().nonnegative()).default([]),
  /** A name of `LOSSES`, or the name from `customLossName` if the loss is a function. */
  loss: z.custom<LossName | CustomLossName>().superRefine((loss, context) => {
    if (hasName(LOSSES, loss) || isCustomLoss(loss)) return;
    context.addIssue({ code: "invalid_value", values: registryNames(LOSSES), input: loss });
  }).default("bce"),
  /** γ of the focal loss. */
  focalGamma: z.number().nonnegative().default(LOSS_OPTIONS.focalGamma),
  /** α of the focal loss: the weight of foreground, while background has 1 − α; `null` for equal weights. */
  focalAlpha: z.number().min(0).max(1).nullable().default(LOSS_OPTIONS.focalAlpha),
  /** Weight of false positives in the Tversky loss. */
  tverskyAlpha: z.number().nonnegative().default(LOSS_OPTIONS.tverskyAlpha),
  /** Weight of false negatives in the Tversky loss. */
  tverskyBeta: z.number().nonnegative().default(LOSS_OPTIONS.tverskyBeta),
  optimizer: z.enum(OPTIMIZERS).default("adamw"),
  learningRate: z.number().positive().default(1e-3),
  weightDecay: z.number().nonnegative().default(1e-4),
  schedule: z.enum(SCHEDULES).default("cosine"),
  /** Steps over which the learning rate rises to its peak. */
  warmupSteps: z.int().nonnegative().default(20),
  epochs: z.int().positive().default(5),
  batchSize: z.int().positive().default(4),
  /** Side of the training crops in pixels. */
  cropSize: z.int().min(32).default(256),
  normalization: z.enum(NORMALIZATIONS).default("robust"),
  /** Augmentations of the training crops: see `AUGMENTATIONS`. */
  augmentations: z.array(z.enum(AUGMENTATIONS)).default(["symmetries"]),
  precision: z.enum(PRECISIONS).default("float32"),
  folds: z.int().min(2).default(5),
  /** Share of a fold's training groups that are used, drawn by the split's seed, to measure the value of more data. */
  trainingShare: z.number().gt(0).max(1).default(1),
  /** Errors added to training labels; validation and test labels do not change. */
  labelNoise: z.strictObject({
    missed: z.number().min(0).max(1).default(0),
    shifted: z.number().min(0).max(50).default(0),
    dilated: z.number().min(-50).max(50).default(0),
  }).default({ missed: 0, shifted: 0, dilated: 0 }),
  /** Validation fold, counted from 0. */
  fold: z.int().nonnegative().default(0),
  /** Share of the images in the test split, which is drawn by group. */
  testShare: z.number().min(0).max(0.5).default(0),
  seed: z.int().default(1),
  /** The weights that a run ends with: those of the epoch with the best validation score, or those of the last step. */
  selection: z.enum(SELECTIONS).default("best"),
  /** Epochs (counted from 1) whose probability maps are kept in addition to the last epoch's, if maps are kept. */
  keepEpochs: z.array(z.int().positive()).default([]),
  /**
   * Initial probability of foreground, set by the model's output bias (0.01 in Lin et al. 2017); `null` does not set
   * it.
   */
  outputPrior: z.number().gt(0).lt(1).nullable().default(null),
  /** Whether to record the gradient norm of each step. */
  gradientNorm: z.boolean().default(false),
  /**
   * Pixels with a larger probability are foreground, in the validation scores and in the picture of the predictions. It does
   * not become the threshold of the trained model, which is tuned on the validation images.
   */
  threshold: z.number().min(0).max(1).default(0.5),
  emptyMask: z.enum(EMPTY_MASK_SCORES).default("one"),
  /** Weight of earlier epochs in the score that chooses the best epoch; 0 for no smoothing. */
  smoothing: z.number().min(0).lt(1).default(0.3),
  /** Epochs without a better smoothed score after which training ends; 0 disables early stopping. */
  patience: z.int().nonnegative().default(0),
  /** Threads that prepare batches, which do not depend on the number of threads. 0 uses the main thread. */
  workers: z.int().nonnegative().default(0),
  /** Minutes between checkpoints within an epoch. */
  checkpointMinutes: z.number().positive().default(2),
}).refine((config) => config.fold < config.folds, {
  message: "give a fold below folds; the first fold is 0",
  path: ["fold"],
}).refine(({ task, loss }) => !hasName(LOSSES, loss) || lossFits(LOSSES[loss], TASKS[task]), {
  message: "give a loss for this task",
  path: ["loss"],
}).refine(({ normalization, inputStatistics }) => normalization !== "zscore" || inputStatistics === "none", {
  message: "leave it out: with normalization=zscore the values are not of 0 to 1",
  path: ["inputStatistics"],
}).refine(({ task, outputPrior }) => outputPrior === null || TASKS[task].target === "binary", {
  message: "leave it out: only the task foreground has it",
  path: ["outputPrior"],
}).refine(({ classWeights }) => classWeights.length === 0 || classWeights.some((weight) => weight > 0), {
  message: "give a weight above 0",
  path: ["classWeights"],
}).refine(({ task, classWeights }) => classWeights.length === 0 || TASKS[task].target === "classes", {
  message: "leave it out: only tasks of several classes have it",
  path: ["classWeights"],
});
/** The configuration of a run. */
export type TrainingConfig = z.output<typeof TrainingConfig>;
/** A configuration in which any option may be left out. */
export type PartialTrainingConfig = z.input<typeof TrainingConfig>;

/**
 * The first defaults of options whose default has changed. A record or a grid without such an option was made with this
 * default, and the names of runs still depend on it.
 */
export const FIRST_DEFAULTS = {
  normalization: "percentile",
  inputStatistics: "none",
} as const satisfies PartialTrainingConfig;

/** Sets options that are missing in a record or a grid to their {@linkcode FIRST_DEFAULTS}. */
export function withFirstDefaults(given: unknown): unknown {
  return typeof given === "object" && given !== null ? { ...FIRST_DEFAULTS, ...given } : given;
}

/** Schema of a recorded configuration, perhaps of an earlier version. */
export const RecordedConfig = z.preprocess(withFirstDefaults, TrainingConfig);

/**
 * Checks options of the command line, or of a notebook.
 *
 * @param schema strict schema of the options
 * @throws {ConfigError} naming each unknown option, with the nearest known one, and each invalid value.
 */
export function parseOptions<Schema extends z.ZodObject>(schema: Schema, given: unknown): z.output<Schema> {
  const result = schema.safeParse(given);
  if (result.success) return result.data;
  const names = Object.keys(schema.shape);
  const problems = result.error.issues.flatMap((issue) => {
    if (issue.code === "unrecognized_keys") {
      // Nested objects such as labelNoise have other names.
      if (issue.path.length) return `${writePath(issue.path)} has no option "${issue.keys[0]}": leave it out`;
      return issue.keys.map((key) => `There is no option "${key}": did you mean "${nearestWord(key, names)}"?`);
    }
    const value = valueAt(given, issue.path);
    return `${writePath(issue.path)} is ${JSON.stringify(value)}: ${explainIssue(issue, value)}`;
  });
  throw new ConfigError(problems.join("\n"));
}

/**
 * Checks a configuration and fills in the defaults.
 *
 * @throws {ConfigError} naming each unknown option, with the nearest known one, and each invalid value.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { parseConfig } from "lib";
 *
 * assert.equal(parseConfig({ epochs: 3 }).batchSize, 4);
 * assert.throws(() => parseConfig({ epoch: 3 }), /There is no option "epoch": did you mean "epochs"\?/);
 * ```
 */
export function parseConfig(config: unknown): TrainingConfig {
  return parseOptions(TrainingConfig, withInputStatistics(withDefaultLoss(config)));
}

/** In a grid: the input statistics follow from the other options of each run, as where they are left out. */
export const STATISTICS_BY_WEIGHTS = "by-weights";

/** Adds the default input statistics, which follow from the initial weights. */
function withInputStatistics(given: unknown): unknown {
  if (typeof given !== "object" || given === null) return given;
  const { inputStatistics = STATISTICS_BY_WEIGHTS, ...others } = given as Record<string, unknown>;
  if (inputStatistics !== STATISTICS_BY_WEIGHTS) return given;
  const { encoderWeights, normalization } = others;
  const isImageNet = encoderWeights === "imagenet" && normalization !== "zscore";
  return { ...others, ...(isImageNet && { inputStatistics: "imagenet" }) };
}

/** Adds the default loss of a task, if it is another than that of foreground. */
function withDefaultLoss(given: unknown): unknown {
  if (typeof given !== "object" || given === null || "loss" in given) return given;
  const { task } = given as { task?: unknown };
  return hasName(TASKS, task) ? { ...given, loss: DEFAULT_LOSSES[TASKS[task].target] } : given;
}

/**
 * Hashes everything that a run's result depends on: the SHA-256 of the configuration and the data, in hexadecimal.
 * Options at their first defaults are left out, so that neither a new option nor a changed default renames an older
 * run.
 */
export function configHash(config: TrainingConfig, dataFingerprint: string): string {
  const first = { ...TrainingConfig.parse({}), ...FIRST_DEFAULTS };
  const defaults = Object.entries(first).map(([key, value]) => [key, JSON.stringify(value)]);
  const usual = new Map(defaults as [string, string][]);
  const choices = Object.entries(hashedOptions(config)).filter(([key, value]) =>
    JSON.stringify(value) !== usual.get(key)
  );
  const sorted = Object.fromEntries(choices.sort(([a], [b]) => a < b ? -1 : 1));
  return createHash("sha256").update(JSON.stringify([sorted, dataFingerprint])).digest("hex");
}

/** Returns the options that affect the numbers. */
function hashedOptions(config: TrainingConfig): Omit<TrainingConfig, "checkpointMinutes" | "workers"> {
  const { checkpointMinutes: _, workers: __, ...choices } = config;
  return choices;
}

/** Returns whether two configurations give the same numbers. */
export function sameNumbers(a: TrainingConfig, b: TrainingConfig): boolean {
  const text = (config: TrainingConfig) => JSON.stringify(Object.entries(hashedOptions(config)).sort());
  return text(a) === text(b);
}
