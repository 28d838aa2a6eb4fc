import type { tf } from "../../tensorflow/mod.ts";
import type { FoldedWeights } from "../inference/folded_weights.ts";

/** What a forward pass needs to know besides its input. */
export interface ForwardOptions {
  /** Whether batch statistics and dropout are those of training. Default `false`. */
  training?: boolean;
  /** Two int32 numbers that dropout draws from; needed in training where a model has dropout. */
  seed?: tf.Tensor1D;
  /**
   * Gives dropout's masks instead of the seed: 1 where an element of that shape is kept, 0 where not; `undefined` drops
   * nothing.
   */
  dropoutMask?: (
    shape: readonly [batch: number, height: number, width: number, channels: number],
    rate: number,
  ) => tf.Tensor4D | undefined;
  /** Kernels with their batch normalisation folded in, for inference. */
  folded?: FoldedWeights;
}

/** A function of a feature map with weights of its own. */
export interface Layer {
  (x: tf.Tensor4D, options: ForwardOptions): tf.Tensor4D;
}
