import type * as tf from "@tensorflow/tfjs";
import type { Device } from "../ffi/context.ts";
import type { Precision } from "../ffi/precision.ts";

/** The result of a step: nothing, a tensor, a list or a record of tensors. */
export type StepResult = void | tf.Tensor | tf.Tensor[] | { [name: string]: tf.Tensor };

/** Options of {@linkcode compile}. */
export interface CompileOptions {
  /** Name in messages and profiles. Default: the function's name. */
  name?: string;
  /**
   * The mixed precisions run convolutions and matrix products in 16 bits and keep variables, sums and statistics in
   * float32: `mixed-float16`, `mixed-bfloat16`, or `mixed` for the type that is fastest on most devices (float16 on a
   * GPU, bfloat16 on a CPU). Gradients in float16 need loss scaling, which `Optimizer` applies. Default `float32`.
   */
  precision?: Precision;
  /**
   * Whether ops that add, split or join maps in 16 bits keep 16 bits, as in PyTorch. Default `false`: their results are
   * float32.
   */
  halfMaps?: boolean;
  /**
   * Whether TensorFlow may merge batch normalisation and activations into convolutions (its remapper) and
   * reorder sums (its arithmetic optimiser). This makes inference faster and changes results by a few 1e-6.
   * Default `false`: a compiled step returns the same numbers as the eager ops, bit for bit.
   */
  fuse?: boolean;
  /**
   * Whether the variables that the step reads keep the values that they have at the first call with a signature. On a
   * processor, what depends on them alone is then computed once, and convolutions keep their kernels in the layout of
   * oneDNN. Use it with `fuse`, for inference. Default `false`.
   */
  frozen?: boolean;
  /**
   * Whether XLA compiles the step into a few kernels at the first call of a signature, which takes about 40 s for a
   * training step. On a GPU the step is then two to three times as fast; on a processor it is slower. Results differ by
   * rounding. Not for frozen steps. Default `false`.
   */
  xla?: boolean;
  /** The device for which the step is traced. Default: the one that runs it. Choose another one only for planning. */
  device?: Device;
  /**
   * Maximum number of compiled signatures. The least recently called are freed, and compiled again when they are called
   * again. Default: no limit.
   */
  maxSignatures?: number;
  /**
   * Whether the step's ops are launched sequentially from one thread; each op still uses all threads internally. Ops
   * cache their preparations for a shape per launching thread, so that a step of many shapes then takes less memory and
   * prepares each shape once. Steps on a GPU always run this way. Default `false`.
   */
  sequential?: boolean;
}
