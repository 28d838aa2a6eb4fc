import { dropout, dropoutMask } from "../ops/dropout.ts";
import type { Layer } from "./layer.ts";

/** The shape of dropout's mask for `[batch, height, width, channels]`, by unit. */
const MASKED = {
  element: [true, true, true, true],
  channel: [true, false, false, true],
  image: [true, false, false, false],
} as const;

/**
 * Makes a dropout layer, which does nothing outside training. By default it is PyTorch's `Dropout`. With the unit
 * `channel` it is `Dropout2d`, which keeps or drops whole channels of an image. With `image` it is stochastic depth
 * (Huang et al. 2016), which keeps or drops whole images.
 *
 * @param rate dropped share, 0 to 1
 * @param name distinguishes layers that share a seed
 * @throws {RangeError} in training, if the forward pass has neither a seed nor masks.
 */
export function dropoutLayer(rate: number, name: string, unit: keyof typeof MASKED = "element"): Layer {
  return (x, { training, seed, dropoutMask: given }) => {
    if (!training || rate === 0) return x;
    const [batch, height, width, channels] = x.shape.map((length, axis) => MASKED[unit][axis] ? length : 1);
    const shape = [batch, height, width, channels] as const;
    if (given) {
      const mask = given(shape, rate);
      return mask ? dropout(x, rate, mask) : x;
    }
    if (seed) return dropout(x, rate, dropoutMask(shape, rate, seed, name));
    throw new RangeError("A model with dropout needs a seed in training: give forward a tensor of two int32 numbers");
  };
}
