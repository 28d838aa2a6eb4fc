import type { Image } from "./image.ts";
import { quantiles } from "../math/quantiles.ts";

/** Quantiles that bound the ordinary values, from which hot pixels differ. */
const ENDS = [0.015, 0.985] as const;
/** Minimum distance of a hot pixel from the ordinary values, as a multiple of their range. */
const FACTOR = 2;
/**
 * The factor where pixels are reported to the user, or removed from measurements that once included them: only pixels
 * that distort the whole image count.
 */
export const EXTREME_FACTOR = 8;
/** Maximum share of hot pixels: if more values differ, they are part of the image's content. */
const MAX_SHARE = 0.01;

/**
 * Finds isolated extreme values: hot and dead pixels of a camera, and cosmic rays. Such a value exceeds the range of
 * ordinary values (the 1.5th to 98.5th percentile) by more than twice that range. It also exceeds all but two of its
 * eight neighbours by more than twice that range, and by more than twice their distance from the range's far end. If
 * more than 1 % of the values are like that, they are structure, and none is hot.
 *
 * @returns their positions in `image.data`, ascending
 */
export function hotPixels(image: Image, factor = FACTOR): number[] {
  const { data } = image;
  const [low, high] = quantiles(data, ENDS);
  // A range of a few grey levels is too small to judge by.
  const range = Math.max(high - low, data instanceof Float32Array ? 0 : 4);
  const above = high + factor * range, below = low - factor * range;
  const found: number[] = [];
  const limit = MAX_SHARE * data.length;
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
    if (found.length > limit) return [];
  }
  return found;
}

/** Replaces {@linkcode hotPixels} by the median of their neighbours. Returns the same image if it has none. */
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

/** Returns the neighbouring values in the same channel, ascending: 8, or 5 or 3 at a border. */
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
