import { border } from "./border.ts";
import { classes } from "./classes.ts";
import { foreground } from "./foreground.ts";
import type { TaskDefinition, TaskKind, TaskOptions } from "./task.ts";

/**
 * The tasks. To add one, define it in a file and list it here.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { TASKS } from "lib";
 *
 * const labels = { width: 2, height: 2, data: Uint16Array.of(0, 1, 2, 0) };
 * assert.deepEqual([...TASKS.foreground.create({}).targets(labels)], [0, 1, 1, 0]);
 * ```
 */
export const TASKS = {
  foreground,
  classes,
  border,
} as const satisfies Record<string, TaskKind>;

/** A task's name. */
export type TaskName = keyof typeof TASKS;

/** The task of models and records without one, as in earlier versions. */
export const DEFAULT_TASK = "foreground" satisfies TaskName;

/** A task's name and options, as in the configuration of a training or the options of a model. */
export interface TaskChoice extends TaskOptions {
  /** Default: foreground. */
  task?: TaskName;
}

/**
 * Defines a task.
 *
 * @throws {OptionError} if an option is missing or invalid.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { createTask } from "lib/task";
 *
 * const task = createTask({ task: "classes", classNames: ["background", "round", "long"] });
 * assert.equal(task.logits, 3);
 * assert.deepEqual(task.scored, ["round", "long"]);
 * ```
 */
export function createTask({ task = DEFAULT_TASK, ...options }: TaskChoice): TaskDefinition {
  return TASKS[task].create(options);
}
