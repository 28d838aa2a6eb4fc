/**
 * What is segmented: how labels become targets, and probabilities a decision.
 * @module
 */
export { labelObjects } from "./label_objects.ts";
export type { LabeledObjects, TaskDefinition } from "./task.ts";
export { type TaskName, TASKS } from "./tasks.ts";
