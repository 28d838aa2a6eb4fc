import { foreground } from "./foreground.ts";
import type { TaskDefinition } from "./task.ts";

/**
 * The tasks. To add one, define it in a file and list it here.
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

/** The task of models and records without one, as in earlier versions. */
export const DEFAULT_TASK = "foreground" satisfies TaskName;
