import type { Sample } from "../datasets/dataset.ts";
import { findVoid } from "../images/void.ts";
import type { TaskDefinition } from "../task/task.ts";
import { createTask } from "../task/tasks.ts";

/** An image with the predictions of each member of an ensemble. */
export interface EnsembleImage {
  id: string;
  group: string;
  width: number;
  height: number;
  /** Targets of the task, `[height, width]`: foreground is larger than 0, or indices of several classes. */
  truth: ArrayLike<number>;
  /**
   * Probability of foreground per member, float32 `[height, width]`; for a task of several classes that of each class,
   * `[height, width, classes]`.
   */
  maps: readonly Float32Array[];
  /** What was predicted. Default: foreground. */
  task?: TaskDefinition;
  /**
   * 1 for void pixels, which count neither in a loss nor in a score, `[height, width]`; absent if all pixels count. Indices
   * of classes are `VOID_CLASS` there.
   */
  voidPixels?: Uint8Array;
}

const FOREGROUND = createTask({});

/** Returns the task that an image's maps predict. */
export function imageTask({ task = FOREGROUND }: Pick<EnsembleImage, "task">): TaskDefinition {
  return task;
}

/** Makes the image of an ensemble from a labelled image and the members' maps of it. */
export function ensembleImage(
  { id, group, image: { width, height }, labels }: Sample,
  maps: readonly Float32Array[],
  task: TaskDefinition,
): EnsembleImage {
  const voidPixels = findVoid(labels);
  return { id, group, width, height, truth: task.targets(labels), maps, task, ...(voidPixels && { voidPixels }) };
}
