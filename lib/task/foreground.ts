import { countPixels } from "../evaluate/metrics.ts";
import { labelObjects } from "./label_objects.ts";
import type { TaskDefinition, TaskKind } from "./task.ts";

const isForeground = (probabilities: Float32Array, threshold: number) =>
  Uint8Array.from(probabilities, (p) => p > threshold ? 1 : 0);

const definition: TaskDefinition = {
  label: "foreground",
  logits: 1,
  activation: "sigmoid",
  channels: ["foreground"],
  target: "binary",
  scored: ["foreground"],
  hasThreshold: true,
  instances: "foreground",
  targets: ({ data }) => Uint8Array.from(data, (label) => label > 0 ? 1 : 0),
  foreground: (probabilities) => probabilities,
  classify: isForeground,
  decideForeground: isForeground,
  count: (probabilities, targets, threshold) => [countPixels(probabilities, targets, threshold)],
  decide: labelObjects,
};

/** Objects against background: one logit, whose sigmoid is the probability of foreground. */
export const foreground: TaskKind = { label: "foreground", target: "binary", create: () => definition };
