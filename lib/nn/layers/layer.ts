import type { tf } from "../../runtime/mod.ts";

/** What a forward pass needs to know besides its input. */
export interface ForwardOptions {
  /** Whether batch statistics and dropout are those of training. Default `false`. */
  training?: boolean;
  /** Two int32 numbers that dropout draws from; needed in training where a model has dropout. */
  seed?: tf.Tensor1D;
}

/** A function of a feature map with weights of its own. */
export interface Layer {
  (x: tf.Tensor4D, options: ForwardOptions): tf.Tensor4D;
}
