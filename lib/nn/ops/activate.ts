import { tf } from "../../tensorflow/mod.ts";
import type { TaskDefinition } from "../../task/task.ts";

/**
 * Turns logits into probabilities, both `[batch, height, width, logits]`. It may be part of a compiled step.
 *
 * @param activation the task's
 */
export function activate(activation: TaskDefinition["activation"], logits: tf.Tensor4D): tf.Tensor4D {
  return activation === "sigmoid" ? tf.sigmoid(logits) : tf.softmax(logits);
}
