import type { ObjectRule } from "lib/nn/inference/object_rule.ts";
import type { TaskDefinition } from "lib/task";

/** Says how objects are found, for messages. */
export function describeRule({ divides, parameters }: ObjectRule, { hasThreshold }: TaskDefinition): string {
  if (divides) {
    // An area of 0 leaves out nothing.
    const set = Object.entries(parameters).filter(([name, value]) => value !== 0 || !name.startsWith("min"));
    const words = set.map(([name, value]) => `${name} ${value}`).join(", ");
    return `touching objects are divided (${words})`;
  }
  return hasThreshold
    ? `connected pixels with a probability above ${parameters.threshold} are an object`
    : "connected pixels of a class are an object";
}
