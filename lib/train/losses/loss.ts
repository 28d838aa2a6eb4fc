import type { TargetKind, TaskDefinition } from "../../task/task.ts";
import type { tf } from "../../tensorflow/mod.ts";

/** Parameters of the losses. */
export interface LossOptions {
  /** γ of the focal loss. */
  focalGamma: number;
  /** α of the focal loss: the weight of foreground, while background has 1 − α; `null` for equal weights. */
  focalAlpha: number | null;
  /** Weight of false positives in the Tversky loss. */
  tverskyAlpha: number;
  /** Weight of false negatives in the Tversky loss. */
  tverskyBeta: number;
  /** Weight of each class, for losses of several classes; empty for equal weights. */
  classWeights: readonly number[];
}

/** SMP's default parameters. */
export const LOSS_OPTIONS: LossOptions = {
  focalGamma: 2,
  focalAlpha: null,
  tverskyAlpha: 0.5,
  tverskyBeta: 0.5,
  classWeights: [],
};

/**
 * A loss of logits and targets. Binary targets have the shape of the logits; class targets are indices
 * `[batch, height, width, 1]` for logits `[batch, height, width, classes]`. The parameters are a tensor, which a
 * compiled step takes as an argument, so that steps with other parameters use the same trace. For class targets they
 * begin with the weight of each class.
 */
export type Loss = (logits: tf.Tensor, targets: tf.Tensor, parameters: tf.Tensor1D) => tf.Scalar;

/** The form of a loss for one kind of targets. */
export interface LossForm {
  compute: Loss;
  /** Returns the parameters for `compute`, without the weights of classes; absent if it has none. */
  parameters?(options: LossOptions): number[];
}

/** An entry of the registry `LOSSES`. */
export interface LossDefinition {
  /** Its name in tables and charts. */
  label: string;
  /** The publication that describes it. */
  source: string;
  /** Its form for each kind of targets that it fits. */
  forms: Partial<Record<TargetKind, LossForm>>;
}

/** Returns whether a loss fits the targets of a task. */
export function lossFits({ forms }: LossDefinition, task: Pick<TaskDefinition, "target">): boolean {
  return forms[task.target] !== undefined;
}
