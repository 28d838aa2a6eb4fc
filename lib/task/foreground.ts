import { tf } from "../tensorflow/mod.ts";
import { labelObjects } from "./label_objects.ts";
import type { TaskDefinition } from "./task.ts";

/** Objects against background: one logit, whose sigmoid is the probability of foreground. */
export const foreground: TaskDefinition = {
  label: "foreground",
  logits: 1,
  target: "binary",
  targets: ({ data }) => Uint8Array.from(data, (label) => label > 0 ? 1 : 0),
  activate: (logits) => tf.sigmoid(logits),
  decide: labelObjects,
};
