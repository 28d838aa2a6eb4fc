import type { LabelImage } from "../images/image.ts";

/** The objects of an image. */
export interface LabeledObjects {
  /** Label image, `[height, width]`: 0 for background, otherwise the number of the object. */
  labels: LabelImage;
  /** Number of objects. */
  count: number;
}

/** Width and height of an image in pixels. */
export interface ImageSize {
  width: number;
  height: number;
}

/** The largest number of objects that a label image of 16 bits can hold. */
const MOST_IN_16_BITS = 65_535;

/** Makes a label image of numbers from 1 to `count`: 16 bits if they suffice, otherwise 32. */
export function labelImage(
  labels: Uint16Array | Uint32Array | Int32Array,
  { width, height }: ImageSize,
  count: number,
): LabelImage {
  const fits = count <= MOST_IN_16_BITS;
  if (fits) return { width, height, data: labels instanceof Uint16Array ? labels : Uint16Array.from(labels) };
  return { width, height, data: labels instanceof Uint32Array ? labels : Uint32Array.from(labels) };
}
