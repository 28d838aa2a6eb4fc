import type { Contrast } from "../../images/contrast.ts";
import type { Image } from "../../images/image.ts";
import type { ImageSource } from "../../images/source/image_source.ts";
import type { LabeledObjects, TaskDefinition } from "../../task/task.ts";
import type { TaskName } from "../../task/tasks.ts";
import type { MapRows } from "./map_rows.ts";

export { labelObjects } from "../../task/label_objects.ts";

/** Options of {@linkcode Segmenter.segment}. */
export interface SegmentOptions {
  /** Pixels with a larger probability are foreground, 0 to 1, if the task has a threshold. Default: the segmenter's. */
  threshold?: number;
  /** Whether touching objects count as one, if the task is foreground. By default they are divided where they narrow. */
  connected?: boolean;
  /** Called with the completed share, 0 to 1. */
  onProgress?: (done: number) => void;
}

/** A segmented image. */
export interface Segmentation extends LabeledObjects {
  width: number;
  height: number;
  /**
   * Probability of foreground, float32 `[height, width]`; for a task of several classes that of each class,
   * `[height, width, classes]`.
   */
  probabilities: Float32Array;
  /** Whether the image is probably an empty field, whose objects are noise. */
  empty: boolean;
}

/** A trained model with everything needed to segment images, or an ensemble of such models. Dispose of it after use. */
export interface Segmenter extends Disposable {
  /** Its task: see `TASKS`. */
  readonly task: TaskName;
  /** The definition of its task. */
  readonly taskDefinition: TaskDefinition;
  /** Pixels with a larger probability are foreground. */
  readonly threshold: number;
  /**
   * The parameters of `instancesFromForeground` or `instancesFromBorder` that its training tuned, or the study
   * that recommends it; absent if unknown. A model file of an earlier version does not hold them: there `deno task predict`
   * reads the run's record.
   */
  readonly objectParameters?: Readonly<Record<string, number>>;
  /** Ids of the images that it learned from; absent if unknown. */
  readonly trainingImages?: readonly string[];
  /**
   * Predicts one image of any size.
   *
   * @returns probability of foreground, float32 `[height, width]`; for a task of several classes that of each class,
   * `[height, width, classes]`
   * @throws {WeightsError} if the network's output is infinite or NaN.
   */
  predict(image: Image, onProgress?: (done: number) => void): Promise<Float32Array>;
  /**
   * Predicts one image that need not fit into memory, from top to bottom. The rows are those of {@linkcode predict}.
   *
   * @param onProgress called with the completed share, 0 to 1
   * @throws {WeightsError} if the network's output is infinite or NaN.
   * @throws {OptionError} if it is an ensemble that combines whole maps, such as by stacking.
   */
  predictRows(source: ImageSource, onProgress?: (done: number) => void): AsyncGenerator<MapRows>;
  /** Predicts one image of any size, and numbers its objects, as `deno task predict` does. */
  segment(image: Image, options?: SegmentOptions): Promise<Segmentation>;
  /** Returns whether an image is probably an empty field, as far as the segmenter knows. */
  isEmpty(image: Image): boolean;
  /** Returns whether an image of this contrast is probably an empty field. */
  isEmptyContrast(contrast: Contrast): boolean;
  /** Saves it in a form that `openSegmenter` opens. */
  save(path: string): Promise<void>;
}
