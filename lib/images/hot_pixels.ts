import type { Image } from "./image.ts";
import { quantiles } from "../math/quantiles.ts";

/** Quantiles that bound the ordinary values, from which hot pixels differ. */
const ENDS = [0.015, 0.985] as const;
/** Minimum distance of a hot pixel from the ordinary values, as a multiple of their range. */
export const FACTOR = 2;
/**
 * The factor where pixels are reported to the user, or removed from measurements that once included them: only pixels
 * that distort the whole image count.
 */
export const EXTREME_FACTOR = 8;
/** Maximum share of hot pixels: if more values differ, they are part of the image's content. */
const MAX_SHARE = 0.01;

/** The values beyond which a pixel may be hot, and what decides whether it is. */
export interface HotLimits {
  /** Bounds of the ordinary values. */
  low: number;
  high: number;
  /** Their distance, or the smallest range to judge by. */
  range: number;
  factor: number;
}

/** Shares of the values up to the bounds of the ordinary ones. */
export const ORDINARY = ENDS;

/** Returns the limits of an image whose ordinary values have these bounds. */
export function hotLimits([low, high]: readonly number[], bits: Image["bits"], factor: number): HotLimits {
  // A range of a few grey levels is too small to judge by.
  return { low, high, range: Math.max(high - low, bits === 32 ? 0 : 4), factor };
}

/** Returns the largest number of hot pixels among a number of values. */
export function mostHot(values: number): number {
  return MAX_SHARE * values;
}

/**
 * Finds isolated extreme values: hot and dead pixels of a camera, and cosmic rays. Such a value exceeds the range of
 * ordinary values (the 1.5th to 98.5th percentile) by more than twice that range. It also exceeds all but two of its
 * eight neighbours by more than twice that range, and by more than twice their distance from the range's far end. If
 * more than 1 % of the values are like that, they are structure, and none is hot.
 *
 * @returns their positions in `image.data`, ascending
 */
export function hotPixels(image: Image, factor = FACTOR): number[] {
  const { data } = image, limits = hotLimits(quantiles(data, ENDS), image.bits, factor);
  const found: number[] = [], most = mostHot(data.length);
  for (const i of findHot(image, limits)) if (found.push(i) > most) return [];
  return found;
}

/**
 * Yields the positions of hot values in ascending order.
 *
 * @param rows the rows to search, from the first to before the last. Default: all
 */
export function* findHot(
  image: Image,
  { low, high, range, factor }: HotLimits,
  [first, last]: readonly [number, number] = [0, image.height],
): Generator<number> {
  const { data, width, channels } = image;
  const above = high + factor * range, below = low - factor * range;
  for (let i = first * width * channels; i < last * width * channels; i++) {
    const value = data[i];
    if (value <= above && value >= below) continue;
    const near = neighbours(image, i);
    if (near.length === 0) continue;
    const bright = value > above;
    // Two neighbours may be hot as well.
    const third = bright ? near[Math.max(0, near.length - 3)] : near[Math.min(2, near.length - 1)];
    const apart = bright ? value - third : third - value;
    const beyond = bright ? third - low : high - third;
    if (apart > factor * Math.max(range, beyond)) yield i;
  }
}

/** Returns the median of a value's neighbours, which replaces it if it is hot. */
export function coolValue(image: Image, i: number): number {
  const near = neighbours(image, i);
  return near[near.length >> 1];
}

/** Replaces {@linkcode hotPixels} by the median of their neighbours. Returns the same image if it has none. */
export function removeHotPixels(image: Image, factor = FACTOR): Image {
  const hot = hotPixels(image, factor);
  if (hot.length === 0) return image;
  const data = image.data.slice();
  for (const i of hot) data[i] = coolValue(image, i);
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
