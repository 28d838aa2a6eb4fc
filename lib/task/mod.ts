/**
 * What is segmented: how labels become targets, and probabilities a decision.
 * @module
 */
export { BORDER_CLASSES, borderTargets } from "./border_targets.ts";
export { labelObjects } from "./label_objects.ts";
export type { LabeledObjects, TargetKind, TaskDefinition, TaskKind, TaskOptions } from "./task.ts";
export { createTask, type TaskChoice, type TaskName, TASKS } from "./tasks.ts";
