import { foreground } from "./foreground.ts";
import type { TaskDefinition } from "./task.ts";

/**
 * What can be segmented. To add one: a file that defines it, and a line here.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { TASKS } from "lib";
 *
 * const labels = { width: 2, height: 2, data: Uint16Array.of(0, 1, 2, 0) };
 * assert.deepEqual([...TASKS.foreground.targets(labels)], [0, 1, 1, 0]);
 * ```
 */
export const TASKS = {
  foreground,
} as const satisfies Record<string, TaskDefinition>;

/** A task's name. */
export type TaskName = keyof typeof TASKS;

/** The task of models and records that name none: those of versions that knew no other. */
export const DEFAULT_TASK = "foreground" satisfies TaskName;
