import { checkLength } from "./check_length.ts";
import { FloodQueue } from "./flood_queue.ts";
import type { ImageSize } from "./labeled_objects.ts";

/** 1 joins a pixel with its 4 neighbours at the sides, 2 also with the 4 at the corners. */
export type Connectivity = 1 | 2;

/** Options of {@linkcode watershed}. */
export interface WatershedOptions {
  /** Neighbours of a pixel. Default 1, as in scikit-image. */
  connectivity?: Connectivity;
  /** Pixels to label: those larger than 0, `[height, width]`. Default: all. */
  mask?: ArrayLike<number>;
}

/** Offsets of the neighbours, the nearest first, then in reading order: y, x. */
const NEIGHBOURS = [[-1, 0], [0, -1], [0, 1], [1, 0], [-1, -1], [-1, 1], [1, -1], [1, 1]] as const;

/**
 * Grows markers until they fill the image: a watershed by flooding from markers (Beucher & Meyer 1993). A pixel gets the
 * label of the first flood that reaches it. Floods rise together; those of equal height advance in the order in which
 * they arrived. The labels are equal to those of `skimage.segmentation.watershed` 0.26, ties included.
 *
 * @param landscape heights, `[height, width]`; low ones are flooded first, and none may be NaN
 * @param markers labels to grow, 0 elsewhere, `[height, width]`
 * @param size width and height in pixels
 * @param options neighbours and mask
 * @returns labels `[height, width]`, 0 outside the mask and where no marker arrives
 * @throws {RangeError} if an array has another size.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { watershed } from "lib/objects";
 *
 * const labels = watershed([0, 1, 2, 1, 0], [7, 0, 0, 0, 9], { width: 5, height: 1 });
 * assert.deepEqual([...labels], [7, 7, 7, 9, 9]);
 * ```
 */
export function watershed(
  landscape: ArrayLike<number>,
  markers: ArrayLike<number>,
  { width, height }: ImageSize,
  { connectivity = 1, mask }: WatershedOptions = {},
): Uint32Array {
  checkLength(landscape, { width, height }, "landscape");
  checkLength(markers, { width, height }, "array of markers");
  if (mask) checkLength(mask, { width, height }, "mask");
  // A frame of closed pixels, so that no neighbour needs a test.
  const stride = width + 2, room = stride * (height + 2);
  const labels = new Uint32Array(room), open = new Uint8Array(room), queue = new FloodQueue();
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0, at = stride * (y + 1) + 1; x < width; x++, at++, i++) {
      if (mask && !(mask[i] > 0)) continue;
      labels[at] = markers[i];
      if (labels[at]) queue.push(landscape[i], 0, at);
      else open[at] = 1;
    }
  }
  const offsets = Int32Array.from(NEIGHBOURS.slice(0, 4 * connectivity), ([dy, dx]) => stride * dy + dx);
  let age = 0;
  while (queue.size > 0) {
    const level = queue.firstValue, at = queue.pop();
    for (let k = 0; k < offsets.length; k++) {
      const next = at + offsets[k];
      if (open[next] === 0) continue;
      open[next] = 0;
      labels[next] = labels[at];
      const y = Math.floor(next / stride), i = next - stride - 1 - 2 * (y - 1);
      const value = landscape[i];
      queue.push(value < level ? level : value, ++age, next);
    }
  }
  const out = new Uint32Array(width * height);
  for (let y = 0; y < height; y++) {
    const start = stride * (y + 1) + 1;
    out.set(labels.subarray(start, start + width), y * width);
  }
  return out;
}
