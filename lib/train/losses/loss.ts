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
}

/** SMP's default parameters. */
export const LOSS_OPTIONS: LossOptions = { focalGamma: 2, focalAlpha: null, tverskyAlpha: 0.5, tverskyBeta: 0.5 };

/**
 * A loss of logits and targets of the same shape. Its parameters are a tensor, which a compiled step takes as an
 * argument, so that steps with other parameters use the same trace.
 */
export type Loss = (logits: tf.Tensor, targets: tf.Tensor, parameters: tf.Tensor1D) => tf.Scalar;

/** An entry of the registry `LOSSES`. */
export interface LossDefinition {
  /** Its name in tables and charts. */
  label: string;
  /** The publication that describes it. */
  source: string;
  compute: Loss;
  /** Kind of its targets. Default: `binary`. */
  target?: TargetKind;
  /** Returns the parameters for `compute`; absent if it has none. */
  parameters?(options: LossOptions): number[];
}

/** Returns whether a loss fits the targets of a task. */
export function lossFits({ target = "binary" }: LossDefinition, task: Pick<TaskDefinition, "target">): boolean {
  return target === task.target;
}
