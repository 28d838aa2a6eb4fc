import { type TaskName, TASKS } from "../task/tasks.ts";
import { DEFAULT_LOSSES, type LossName } from "../train/losses/losses.ts";

/**
 * Returns the loss that a study of a task compares with focal loss: BCE, or cross-entropy of several classes.
 *
 * @param task the task of the study, such as `analysis.task`
 * @returns the name of a loss
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { usualLoss } from "lib/study";
 *
 * assert.equal(usualLoss("foreground"), "bce");
 * assert.equal(usualLoss("classes"), "cross-entropy");
 * ```
 */
export function usualLoss(task: TaskName): LossName {
  return DEFAULT_LOSSES[TASKS[task].target];
}
