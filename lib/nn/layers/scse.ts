import { tf } from "../../tensorflow/mod.ts";
import { relu } from "../ops/relu.ts";
import type { WeightScope } from "../weights/weight_scope.ts";
import { convolution } from "./convolution.ts";
import type { Layer } from "./layer.ts";

/** Factor by which the channel attention reduces the channels. */
const REDUCTION = 16;

/**
 * Makes concurrent spatial and channel squeeze and excitation (Roy et al. 2018). Channels are weighted by the means of
 * all channels, pixels by their own values, and both results are added.
 */
export function scse(scope: WeightScope, channels: number): Layer {
  const start = { kind: "constant", value: 0 } as const;
  const initializer = { kind: "kaimingUniform" } as const;
  const attention = scope.child("attention");
  const conv = (child: WeightScope, inChannels: number, outChannels: number) =>
    convolution(child, { inChannels, outChannels, side: 1, bias: start, initializer });
  const squeeze = conv(attention.child("cSE").child(1), channels, Math.floor(channels / REDUCTION));
  const excite = conv(attention.child("cSE").child(3), Math.floor(channels / REDUCTION), channels);
  const spatial = conv(attention.child("sSE").child(0), channels, 1);
  return (x, forward) => {
    const mean = tf.mean(x, [1, 2], true) as tf.Tensor4D;
    const perChannel = tf.sigmoid(excite(relu(squeeze(mean, forward)), forward));
    return tf.mul(x, tf.add(perChannel, tf.sigmoid(spatial(x, forward))));
  };
}
