import type { tf } from "../../tensorflow/mod.ts";
import type { FoldedWeights } from "../inference/folded_weights.ts";
import type { AfterBatchNorm } from "../ops/batch_norm.ts";

/** Options of a forward pass. */
export interface ForwardOptions {
  /** Whether batch normalisation and dropout run in training mode. Default `false`. */
  training?: boolean;
  /** Dropout's seed, two int32 numbers; required in training if the model has dropout. */
  seed?: tf.Tensor1D;
  /**
   * Returns dropout's masks, instead of drawing them from the seed: 1 keeps an element, 0 drops it; `undefined` drops
   * nothing.
   */
  dropoutMask?: (
    shape: readonly [batch: number, height: number, width: number, channels: number],
    rate: number,
  ) => tf.Tensor4D | undefined;
  /** Kernels with their batch normalisation folded in, for inference. */
  folded?: FoldedWeights;
}

/** A {@linkcode Layer} that ends with a batch normalisation, and may compute what follows it. */
export interface NormLayer {
  (x: tf.Tensor4D, options: ForwardOptions, after?: AfterBatchNorm): tf.Tensor4D;
}

/** A function of a feature map that has weights. */
export interface Layer {
  (x: tf.Tensor4D, options: ForwardOptions): tf.Tensor4D;
}
