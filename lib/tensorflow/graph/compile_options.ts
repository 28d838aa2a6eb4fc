import type * as tf from "@tensorflow/tfjs";
import type { Device } from "../ffi/context.ts";
import type { Precision } from "../ffi/precision.ts";

/** What a step may return: nothing, a tensor, a list or a record of tensors. */
export type StepResult = void | tf.Tensor | tf.Tensor[] | { [name: string]: tf.Tensor };

/** Options of {@linkcode compile}. */
export interface CompileOptions {
  /** Appears in messages and profiles. Default: the function's name. */
  name?: string;
  /**
   * The mixed precisions run convolutions and matrix products in 16 bit and keep variables, sums and
   * statistics in float32: `mixed-float16`, `mixed-bfloat16`, or with `mixed` what most devices are fastest with (float16
   * on a GPU, bfloat16 on a CPU). A gradient in float16 needs its loss scaled: `Optimizer` does so.
   * Default `float32`.
   */
  precision?: Precision;
  /**
   * Let TensorFlow merge batch normalisation and activations into convolutions (its remapper) and
   * reorder sums (its arithmetic optimiser): faster inference, and results that differ from the eager
   * ones by a few 1e-6. Default `false`: a compiled step gives the eager ops' numbers bit for bit.
   */
  fuse?: boolean;
  /** The device that the step is traced for. Default: the one that runs it. Another one is for planning. */
  device?: Device;
  /**
   * Most signatures that stay compiled: those that were called longest ago are freed, and compiled again when they are
   * called again. Default: all stay.
   */
  keep?: number;
  /**
   * Run the step's ops one after the other in one thread; each op still uses all threads for itself. The ops keep what they
   * prepare for a shape per thread, so that many shapes take less memory and are prepared once. A GPU does so anyway.
   * Default `false`.
   */
  sequential?: boolean;
}
