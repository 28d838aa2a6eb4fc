import type { TargetKind, TaskDefinition } from "../../task/task.ts";
import type { tf } from "../../tensorflow/mod.ts";

/** Numbers that shape a loss. */
export interface LossOptions {
  /** γ of the focal loss. */
  focalGamma: number;
  /** α of the focal loss, the weight of foreground against 1 − α; `null` weights nothing. */
  focalAlpha: number | null;
  /** Weight of false positives in the Tversky loss. */
  tverskyAlpha: number;
  /** Weight of false negatives in the Tversky loss. */
  tverskyBeta: number;
}

/** Defaults: SMP's. */
export const LOSS_OPTIONS: LossOptions = { focalGamma: 2, focalAlpha: null, tverskyAlpha: 0.5, tverskyBeta: 0.5 };

/**
 * A loss of logits and targets of the same shape. Its numbers come as a tensor, which a compiled step takes as an argument:
 * steps with other numbers need no other trace.
 */
export type Loss = (logits: tf.Tensor, targets: tf.Tensor, parameters: tf.Tensor1D) => tf.Scalar;

/** A loss as the registry `LOSSES` has it. */
export interface LossDefinition {
  /** Its name in tables and charts. */
  label: string;
  /** The publication that describes it. */
  source: string;
  compute: Loss;
  /** What it compares logits with. Default: `binary`. */
  target?: TargetKind;
  /** The numbers that `compute` takes; none where they are left out. */
  parameters?(options: LossOptions): number[];
}

/** Whether a loss compares what a task has as logits and targets. */
export function lossFits({ target = "binary" }: LossDefinition, task: Pick<TaskDefinition, "target">): boolean {
  return target === task.target;
}
