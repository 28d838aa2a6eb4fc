import type { tf } from "../../tensorflow/mod.ts";
import { type AfterBatchNorm, finishNorm } from "../ops/batch_norm.ts";
import { biasAdd } from "../ops/bias_add.ts";
import type { Weight, WeightScope } from "../weights/weight_scope.ts";
import { batchNormalization, type BatchNormalizationOptions } from "./batch_normalization.ts";
import type { ConvolutionLayer } from "./convolution.ts";
import type { ForwardOptions, NormLayer } from "./layer.ts";

/**
 * Combines a convolution and the batch normalisation after it. If the forward pass has folded weights, both run as one
 * convolution with the folded kernel and its bias.
 *
 * @param norm batch normalisation made for this kernel
 * @param after what follows it
 */
export function normalized(
  convolve: (kernel: tf.Tensor4D) => tf.Tensor4D,
  kernel: Weight,
  norm: NormLayer,
  forward: ForwardOptions,
  after: AfterBatchNorm = {},
): tf.Tensor4D {
  const variable = kernel.variable!;
  const folded = forward.training ? undefined : forward.folded?.get(variable);
  if (!folded) return norm(convolve(variable as unknown as tf.Tensor4D), forward, after);
  const y = biasAdd(convolve(folded.kernel as unknown as tf.Tensor4D), folded.bias as unknown as tf.Tensor1D);
  return finishNorm(y, after);
}

/** Makes a convolution without bias, followed by a batch normalisation. */
export function convNorm(conv: ConvolutionLayer, scope: WeightScope, options?: BatchNormalizationOptions): NormLayer {
  const norm = batchNormalization(scope, conv.outChannels, conv.foldable ? conv.kernel : undefined, options);
  return (x, forward, after) => normalized((kernel) => conv.convolve(x, kernel), conv.kernel, norm, forward, after);
}
