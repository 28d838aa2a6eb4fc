import { countClasses, mostProbableClass } from "../evaluate/class_counts.ts";
import type { TaskDefinition } from "./task.ts";

/**
 * Defines what tasks with one logit per class share: softmax, and the most probable class as the decision. The first
 * class is the background, which is not scored.
 *
 * @param names names of the classes
 */
export function softmaxTask(
  names: readonly string[],
  task: Pick<TaskDefinition, "label" | "targets" | "decide" | "instances">,
): TaskDefinition {
  const logits = names.length;
  return {
    ...task,
    logits,
    activation: "softmax",
    channels: names,
    target: "classes",
    scored: names.slice(1),
    hasThreshold: false,
    foreground: (probabilities) =>
      Float32Array.from({ length: probabilities.length / logits }, (_, i) => 1 - probabilities[i * logits]),
    classify: (probabilities) => mostProbableClass(probabilities, logits),
    decideForeground: (probabilities) => mostProbableClass(probabilities, logits).map((found) => found > 0 ? 1 : 0),
    count: (probabilities, targets) => countClasses(mostProbableClass(probabilities, logits), targets, logits).slice(1),
  };
}
