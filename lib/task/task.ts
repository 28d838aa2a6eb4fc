import type { LabelImage } from "../images/image.ts";
import type { tf } from "../tensorflow/mod.ts";

/** What a loss compares logits with: `binary` targets are 0 or 1, for one logit per pixel. */
export type TargetKind = "binary";

/** The objects of an image. */
export interface LabeledObjects {
  /** 0 for background, else the number of the object, `[height, width]`. */
  labels: LabelImage;
  /** How many objects there are. */
  count: number;
}

/** What is segmented, as the registry `TASKS` has it. */
export interface TaskDefinition {
  /** Its name in tables. */
  label: string;
  /** Logits that a model gives each pixel. */
  logits: number;
  /** What its targets are: a loss of another kind does not fit. */
  target: TargetKind;
  /**
   * Turns labels into targets.
   *
   * @returns one value per pixel, `[height, width]`
   */
  targets(labels: LabelImage): Uint8Array;
  /** Turns logits into probabilities, both `[batch, height, width, logits]`; a step may be compiled of it. */
  activate(logits: tf.Tensor4D): tf.Tensor4D;
  /**
   * Decides what probabilities show.
   *
   * @param probabilities `[height, width, logits]`
   * @param threshold what a probability has to exceed, 0 to 1
   * @throws {ImageError} if there are more objects than a label image can number.
   */
  decide(
    probabilities: Float32Array,
    size: { width: number; height: number },
    threshold: number,
  ): LabeledObjects;
}
