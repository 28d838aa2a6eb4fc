// deno-lint-ignore-file no-explicit-any -- fft.js has no types
import FFT from "fft.js";
import { EXTREME_FACTOR, removeHotPixels } from "../images/hot_pixels.ts";
import { type Image, luminance } from "../images/image.ts";

/** Power of an image's structure at one spatial frequency. */
export interface SpectrumPoint {
  /** Cycles per pixel, 0 to 0.5. */
  frequency: number;
  /** Mean squared amplitude on the ring of that frequency, relative to white noise of the same variance. */
  power: number;
}

/**
 * Computes the distribution of an image's variance over spatial frequencies, averaged over directions: of the largest
 * central square with a power-of-two side, with its mean subtracted and a Hann window.
 */
export function radialPowerSpectrum(image: Image): SpectrumPoint[] {
  const { width, height } = image;
  const side = 2 ** Math.floor(Math.log2(Math.min(width, height)));
  const grey = luminance(removeHotPixels(image, EXTREME_FACTOR));
  const top = (height - side) >> 1, left = (width - side) >> 1;
  const window = Float64Array.from({ length: side }, (_, i) => 0.5 - 0.5 * Math.cos(2 * Math.PI * (i + 0.5) / side));
  let mean = 0;
  for (let y = 0; y < side; y++) for (let x = 0; x < side; x++) mean += grey[(top + y) * width + left + x] / side ** 2;
  const fft = new (FFT as any)(side);
  const transformed = new Float64Array(2 * side * side);
  const input: number[] = new Array(2 * side).fill(0), output: number[] = fft.createComplexArray();
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      input[2 * x] = (grey[(top + y) * width + left + x] - mean) * window[x] * window[y];
      input[2 * x + 1] = 0;
    }
    fft.transform(output, input);
    transformed.set(output, 2 * y * side);
  }
  const sums = new Float64Array(side / 2 + 1), counts = new Float64Array(side / 2 + 1);
  let total = 0;
  for (let u = 0; u < side; u++) {
    for (let y = 0; y < side; y++) {
      input[2 * y] = transformed[2 * (y * side + u)];
      input[2 * y + 1] = transformed[2 * (y * side + u) + 1];
    }
    fft.transform(output, input);
    for (let v = 0; v < side; v++) {
      const power = output[2 * v] ** 2 + output[2 * v + 1] ** 2;
      const ring = Math.round(Math.hypot(Math.min(u, side - u), Math.min(v, side - v)));
      total += power;
      if (ring > side / 2) continue;
      sums[ring] += power;
      counts[ring]++;
    }
  }
  return Array.from({ length: side / 2 }, (_, i) => ({
    frequency: (i + 1) / side,
    power: total > 0 ? side * side * sums[i + 1] / counts[i + 1] / total : 0,
  }));
}
