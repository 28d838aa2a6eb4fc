import type { LabelImage } from "../images/image.ts";
import type { LabeledObjects } from "../objects/labeled_objects.ts";
import type { tf } from "../tensorflow/mod.ts";

/** The kind of a loss's targets: `binary` targets are 0 or 1, for one logit per pixel. */
export type TargetKind = "binary";

export type { LabeledObjects };

/** An entry of the registry `TASKS`, which defines what is segmented. */
export interface TaskDefinition {
  /** Its name in tables. */
  label: string;
  /** Number of logits per pixel. */
  logits: number;
  /** Kind of its targets. A loss with targets of another kind does not fit. */
  target: TargetKind;
  /**
   * Turns labels into targets.
   *
   * @returns one value per pixel, `[height, width]`
   */
  targets(labels: LabelImage): Uint8Array;
  /** Turns logits into probabilities, both `[batch, height, width, logits]`. It may be part of a compiled step. */
  activate(logits: tf.Tensor4D): tf.Tensor4D;
  /**
   * Turns probabilities into objects.
   *
   * @param probabilities `[height, width, logits]`
   * @param threshold probabilities above it are foreground, 0 to 1
   */
  decide(
    probabilities: Float32Array,
    size: { width: number; height: number },
    threshold: number,
  ): LabeledObjects;
}
