import { tf } from "../../tensorflow/mod.ts";
import { adaptiveAveragePool } from "../ops/adaptive_average_pool.ts";
import { PYTORCH_DEFAULT, type WeightScope } from "../weights/weight_scope.ts";
import { convolution } from "./convolution.ts";
import type { Layer } from "./layer.ts";

/** Options of {@linkcode squeezeExcitation}. */
export interface SqueezeExcitationOptions {
  channels: number;
  /** Channels between the two convolutions. */
  squeezed: number;
  /** Activation after the first convolution. */
  activation: (x: tf.Tensor4D) => tf.Tensor4D;
}

/**
 * Makes squeeze and excitation (Hu et al. 2018): channels are weighted by the means of all channels. The convolutions
 * have PyTorch's default initialisation.
 *
 * @param reduce scope of the weights of the first convolution
 * @param expand scope of the weights of the second convolution
 */
export function squeezeExcitation(
  reduce: WeightScope,
  expand: WeightScope,
  { channels, squeezed, activation }: SqueezeExcitationOptions,
): Layer {
  const squeeze = pointwise(reduce, channels, squeezed);
  const excite = pointwise(expand, squeezed, channels);
  return (x, forward) => {
    const narrow = activation(squeeze(adaptiveAveragePool(x, 1), forward));
    return tf.mul(x, tf.sigmoid(excite(narrow, forward)));
  };
}

function pointwise(scope: WeightScope, inChannels: number, outChannels: number): Layer {
  return convolution(scope, {
    inChannels,
    outChannels,
    side: 1,
    initializer: PYTORCH_DEFAULT,
    bias: { kind: "uniform", bound: 1 / Math.sqrt(inChannels) },
  });
}
