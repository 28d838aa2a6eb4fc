import type { PixelCounts } from "../evaluate/metrics.ts";
import type { Dataset } from "../datasets/dataset.ts";
import type { LabelImage } from "../images/image.ts";
import type { InstanceKind } from "../objects/tune_instances.ts";
import type { LabeledObjects } from "../objects/labeled_objects.ts";

/**
 * The kind of a loss's targets. `binary` targets are 0 or 1, for one logit per pixel. `classes` targets are class
 * indices, or `VOID_CLASS`, for one logit per class.
 */
export type TargetKind = "binary" | "classes";

export type { LabeledObjects };

/** Options of the tasks. Each task uses its own and ignores the others. */
export interface TaskOptions {
  /** Names of the classes, at least two. The first is the background. */
  classNames?: readonly string[];
  /** Width of a border within its object, in pixels. Default 2. */
  borderWidth?: number;
}

/** An entry of the registry `TASKS`. */
export interface TaskKind {
  /** Its name in tables. */
  label: string;
  /** Kind of its targets. A loss with targets of another kind does not fit. */
  target: TargetKind;
  /**
   * Returns the options that come from the data; absent if there are none.
   *
   * @throws {DatasetError} if the data set lacks what the task needs.
   */
  readOptions?(dataset: Pick<Dataset, "name" | "classes">): TaskOptions;
  /**
   * Defines the task.
   *
   * @throws {OptionError} if an option is missing or invalid.
   */
  create(options: TaskOptions): TaskDefinition;
}

/** What is segmented: see `createTask`. */
export interface TaskDefinition {
  /** Its name in tables. */
  label: string;
  /** Number of logits per pixel. */
  logits: number;
  /** The function that turns logits into probabilities. */
  activation: "sigmoid" | "softmax";
  /** Name of each probability of a pixel. */
  channels: readonly string[];
  /** Kind of its targets. A loss with targets of another kind does not fit. */
  target: TargetKind;
  /** Names of the classes that are scored. The Dice of an image is the mean of those that occur in it. */
  scored: readonly string[];
  /** Whether a threshold on the probabilities decides, which can be tuned. */
  hasThreshold: boolean;
  /** How objects are separated in its probabilities, with parameters that can be tuned; absent if they are not. */
  instances?: InstanceKind;
  /**
   * Turns labels into targets.
   *
   * @returns one value per pixel, `[height, width]`
   * @throws {OptionError} if the labels lack what the task needs.
   */
  targets(labels: LabelImage): Uint8Array;
  /**
   * Returns the probability of foreground.
   *
   * @param probabilities `[height, width, logits]`
   * @returns `[height, width]`
   */
  foreground(probabilities: Float32Array): Float32Array;
  /**
   * Decides what each pixel is.
   *
   * @param probabilities `[height, width, logits]`
   * @param threshold probabilities above it are foreground, if the task has a threshold
   * @returns 1 for foreground and 0 for background, or the index of a class, `[height, width]`
   */
  classify(probabilities: Float32Array, threshold: number): Uint8Array;
  /**
   * Decides which pixels are foreground.
   *
   * @param probabilities `[height, width, logits]`
   * @param threshold probabilities above it are foreground, if the task has a threshold
   * @returns 1 for foreground and 0 for background, `[height, width]`
   */
  decideForeground(probabilities: Float32Array, threshold: number): Uint8Array;
  /**
   * Compares a prediction with targets.
   *
   * @param probabilities `[height, width, logits]`
   * @param targets what {@linkcode targets} returned, `[height, width]`
   * @param threshold probabilities above it are foreground, if the task has a threshold
   * @returns counts of each scored class
   */
  count(probabilities: Float32Array, targets: ArrayLike<number>, threshold: number): PixelCounts[];
  /**
   * Turns probabilities into objects.
   *
   * @param probabilities `[height, width, logits]`
   * @param threshold probabilities above it are foreground, 0 to 1
   */
  decide(
    probabilities: Float32Array,
    size: { width: number; height: number },
    threshold: number,
  ): LabeledObjects;
}
