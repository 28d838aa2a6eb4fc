import type { Image } from "./image.ts";

/** Ways to bring intensities to a common scale. */
export const NORMALIZATIONS = ["percentile", "zscore", "depth"] as const;
/**
 * `percentile`: the image's 1st and 99.8th percentiles become 0 and 1. `zscore`: mean 0 and
 * standard deviation 1 per image. `depth`: the file's range becomes 0 to 1.
 */
export type Normalization = typeof NORMALIZATIONS[number];

/** The value below which a share of the pixels lies, from a histogram. */
function percentile(histogram: Uint32Array, count: number, share: number): number {
  let below = 0;
  for (let value = 0; value < histogram.length; value++) {
    below += histogram[value];
    if (below >= share * count) return value;
  }
  return histogram.length - 1;
}

/**
 * An image's intensities on a common scale; all channels share one scale, so that colours stay.
 *
 * @returns float32 `[height, width, channels]`
 */
export function normalizeImage(image: Image, method: Normalization): Float32Array {
  const { data, bits } = image;
  const top = 2 ** bits - 1;
  let offset = 0, scale = 1 / top;
  if (method === "percentile") {
    const histogram = new Uint32Array(top + 1);
    for (let i = 0; i < data.length; i++) histogram[data[i]]++;
    const low = percentile(histogram, data.length, 0.01);
    const high = percentile(histogram, data.length, 0.998);
    offset = low;
    scale = 1 / Math.max(high - low, 1);
  } else if (method === "zscore") {
    let sum = 0, squares = 0;
    for (let i = 0; i < data.length; i++) sum += data[i];
    const mean = sum / data.length;
    for (let i = 0; i < data.length; i++) squares += (data[i] - mean) ** 2;
    offset = mean;
    scale = 1 / Math.max(Math.sqrt(squares / data.length), 1e-6);
  }
  const out = new Float32Array(data.length);
  for (let i = 0; i < data.length; i++) out[i] = (data[i] - offset) * scale;
  return out;
}
