import type { Image } from "./image.ts";
import { quantiles } from "../math/quantiles.ts";

/** Share of the values that counts as the rest, from which hot pixels stand out: all but the ends. */
const ENDS = [0.015, 0.985] as const;
/** How many times the rest's range a hot pixel lies beyond the rest at least. */
const FACTOR = 2;
/**
 * The same where a pixel is named, or taken out of what was measured with it before there was a rule: then only what spoils
 * everything.
 */
export const FAR = 8;
/** Where more of the values stand out, they are what the image shows. */
const MOST = 0.01;

/**
 * Values that lie far outside the rest of an image all by themselves: hot and dead pixels of a camera, cosmic rays. Such
 * a value is more than twice the rest's range (its 1.5th to 98.5th percentile) beyond that range, and as far beyond all but
 * two of its eight neighbours, or beyond the rest three times as far as these. Where more than 1 % of the values are like that,
 * they are structure, and none is hot.
 *
 * @returns their positions in `image.data`, ascending
 */
export function hotPixels(image: Image, factor = FACTOR): number[] {
  const { data } = image;
  const [low, high] = quantiles(data, ENDS);
  // Of whole numbers a few steps are no range.
  const range = Math.max(high - low, data instanceof Float32Array ? 0 : 4);
  const above = high + factor * range, below = low - factor * range;
  const found: number[] = [];
  const most = MOST * data.length;
  for (let i = 0; i < data.length; i++) {
    const value = data[i];
    if (value <= above && value >= below) continue;
    const near = neighbours(image, i);
    if (near.length === 0) continue;
    const bright = value > above;
    // Two neighbours may be hot as well.
    const third = bright ? near[Math.max(0, near.length - 3)] : near[Math.min(2, near.length - 1)];
    const apart = bright ? value - third : third - value;
    const beyond = bright ? third - low : high - third;
    if (apart > factor * Math.max(range, beyond)) found.push(i);
    if (found.length > most) return [];
  }
  return found;
}

/** An image without its {@linkcode hotPixels}: each has its neighbours' median. One that has none is given back itself. */
export function removeHotPixels(image: Image, factor = FACTOR): Image {
  const hot = hotPixels(image, factor);
  if (hot.length === 0) return image;
  const data = image.data.slice();
  for (const i of hot) {
    const near = neighbours(image, i);
    data[i] = near[near.length >> 1];
  }
  return { ...image, data };
}

/** The values around one, of its channel, ascending: 8, and 5 or 3 at an edge. */
function neighbours({ width, height, channels, data }: Image, i: number): number[] {
  const pixel = Math.floor(i / channels), x = pixel % width, y = Math.floor(pixel / width);
  const near: number[] = [];
  for (let v = Math.max(0, y - 1); v <= Math.min(height - 1, y + 1); v++) {
    for (let u = Math.max(0, x - 1); u <= Math.min(width - 1, x + 1); u++) {
      if (u !== x || v !== y) near.push(data[(v * width + u) * channels + i % channels]);
    }
  }
  return near.sort((a, b) => a - b);
}
