import type { ModelOptions } from "../nn/create_model.ts";
import type { NamedArray } from "../nn/weights/safetensors.ts";
import { createTask } from "../task/tasks.ts";
import { ConfigError } from "./config_error.ts";

/** The weights of the last layer, `[classes, channels, height, width]`, after the prefix of a wrapper. */
const HEAD = /(^|\.)segmentation_head\.0\.weight$/;

/** Returns the options of the tasks that have a number of classes. */
function taskAdvice(classes: number): string {
  if (classes === 1) return "leave out -p task, -p classNames and -p classes, or give -p task=foreground";
  const names = classes > 3 ? `["background","a","b",…]` : JSON.stringify(["background", "a", "b"].slice(0, classes));
  return `add -p task=classes -p classNames='${names}' with ${classes} names, the background first` +
    (classes === 3 ? ", or -p task=border" : "");
}

/**
 * Checks that a file of weights fits the task of the model that it becomes.
 *
 * @param model options of the model
 * @param arrays the file's weights
 * @param path path of the file, for messages
 * @throws {ConfigError} if the classes have no names, or if the file or the option `classes` has another number of
 * classes than the task.
 */
export function checkImportTask(model: ModelOptions, arrays: ReadonlyMap<string, NamedArray>, path: string): void {
  const head = [...arrays].find(([name]) => HEAD.test(name))?.[1].shape[0];
  if (model.task === "classes" && !(model.classNames && model.classNames.length > 1)) {
    throw new ConfigError(`-p task=classes needs the names of the classes of ${path}: ${taskAdvice(head ?? 3)}`);
  }
  const { logits, label } = createTask(model);
  const other = [head, model.classes].find((classes) => classes !== undefined && classes !== logits);
  if (other === undefined) return;
  const what = head === undefined || head === logits
    ? `classes is ${other}`
    : `${path} has ${other === 1 ? "one class" : `${other} classes`}`;
  const needed = logits === 1 ? "one" : logits;
  throw new ConfigError(`${what}, but the task ${label} has ${needed}: ${taskAdvice(other)}`);
}
