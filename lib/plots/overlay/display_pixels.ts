import type { Image } from "../../images/image.ts";
import { normalizeImage } from "../../images/normalize.ts";

/** Pixels of a picture, as a canvas takes them. */
export interface DisplayPixels {
  width: number;
  height: number;
  /** Red, green, blue, opacity: `[height, width, 4]`. */
  data: Uint8ClampedArray;
}

/**
 * Shows an image between its 1st and 99.8th percentiles, without hot pixels.
 *
 * @param factor whole number by which it is shrunk: each pixel is the mean of `factor` × `factor`
 * @param range intensities that are drawn as black and as white, in place of those percentiles
 */
export function displayPixels(image: Image, factor: number, range?: readonly [number, number]): DisplayPixels {
  const { width: columns, height: rows, channels } = image;
  const values = range
    ? Float32Array.from(image.data, (value) => (value - range[0]) / (range[1] - range[0]))
    : normalizeImage(image, "robust");
  const width = Math.ceil(columns / factor), height = Math.ceil(rows / factor);
  const data = new Uint8ClampedArray(4 * width * height);
  // A gamma of 0.5 makes dim fluorescence easier to judge; it would wash out colours.
  const gamma = channels === 1 ? 0.5 : 1;
  for (let y = 0, out = 0; y < height; y++) {
    for (let x = 0; x < width; x++, out += 4) {
      for (let c = 0; c < channels; c++) {
        let sum = 0, count = 0;
        for (let v = y * factor; v < Math.min(rows, (y + 1) * factor); v++) {
          for (let u = x * factor; u < Math.min(columns, (x + 1) * factor); u++, count++) {
            sum += Math.min(1, Math.max(0, values[(v * columns + u) * channels + c]));
          }
        }
        data[out + c] = 255 * (sum / count) ** gamma;
      }
      if (channels === 1) data[out + 1] = data[out + 2] = data[out];
      data[out + 3] = 255;
    }
  }
  return { width, height, data };
}
