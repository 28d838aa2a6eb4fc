import { foreground } from "./foreground.ts";
import type { TaskDefinition } from "./task.ts";

/** The tasks. To add one, define it in a file and list it here. */
export const TASKS = {
  foreground,
} as const satisfies Record<string, TaskDefinition>;

/** A task's name. */
export type TaskName = keyof typeof TASKS;

/** The task of models and records without one, as in earlier versions. */
export const DEFAULT_TASK = "foreground" satisfies TaskName;
