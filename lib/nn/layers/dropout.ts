import { dropout, dropoutMask } from "../ops/dropout.ts";
import type { Layer } from "./layer.ts";

/**
 * PyTorch's `Dropout`, or with `wholeChannels` its `Dropout2d`, which keeps or drops a channel of an
 * image as a whole. Nothing outside training.
 *
 * @param rate share that is dropped, 0 to 1
 * @param name tells layers apart that share a seed
 * @throws {RangeError} in training, if the forward pass is given neither a seed nor masks.
 */
export function dropoutLayer(rate: number, name: string, wholeChannels = false): Layer {
  return (x, { training, seed, dropoutMask: given }) => {
    if (!training || rate === 0) return x;
    const [batch, height, width, channels] = x.shape;
    const shape = wholeChannels ? [batch, 1, 1, channels] as const : [batch, height, width, channels] as const;
    if (given) return dropout(x, rate, given(shape));
    if (seed) return dropout(x, rate, dropoutMask(shape, rate, seed, name));
    throw new RangeError("A model with dropout needs a seed in training: give forward a tensor of two int32 numbers");
  };
}
