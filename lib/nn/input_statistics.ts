import { tf } from "../tensorflow/mod.ts";

/** Statistics of the channels by which a model can standardise its images. */
export const INPUT_STATISTICS = ["none", "imagenet"] as const;
/**
 * `imagenet`: the model subtracts the mean of each channel over ImageNet and divides by its standard deviation, as the
 * pretrained encoders of torchvision expect it; the images have values of 0 to 1. `none`: it takes images as they are.
 */
export type InputStatistics = typeof INPUT_STATISTICS[number];

/** Mean and standard deviation of red, green and blue, 0 to 1, over ImageNet (torchvision, SMP). */
const IMAGENET = { mean: [0.485, 0.456, 0.406], deviation: [0.229, 0.224, 0.225] };

/** Returns a channel's value: of several channels, in the order in which their first kernels are adapted. */
function channelValues(colours: readonly number[], channels: number): number[] {
  if (channels === 1) return [colours.reduce((sum, value) => sum + value, 0) / colours.length];
  return Array.from({ length: channels }, (_, c) => colours[c % colours.length]);
}

/**
 * Standardises each channel of images. One channel is grey, and has the mean of the three colours' statistics; other
 * numbers of channels repeat those of red, green and blue.
 *
 * @param images `[batch, height, width, channels]`, values of 0 to 1
 * @returns the same shape
 */
export function standardizeInput(images: tf.Tensor4D, statistics: InputStatistics = "none"): tf.Tensor4D {
  if (statistics === "none") return images;
  const channels = images.shape[3];
  const row = (colours: readonly number[]) => tf.tensor4d(channelValues(colours, channels), [1, 1, 1, channels]);
  return tf.div(tf.sub(images, row(IMAGENET.mean)), row(IMAGENET.deviation));
}
