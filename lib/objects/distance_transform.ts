import { checkLength } from "./check_length.ts";
import type { ImageSize } from "./labeled_objects.ts";

/** Height and width of a pixel, in any unit. */
export type PixelSpacing = readonly [y: number, x: number];

/**
 * Computes the squared Euclidean distance of each foreground pixel to the nearest background pixel. Distances between
 * the pixels' centres are exact: whole numbers where the pixels have size 1 (Meijster, Roerdink & Hesselink 2000;
 * Felzenszwalb & Huttenlocher 2012). The area outside the image is not background.
 *
 * @param mask foreground if larger than 0, `[height, width]`
 * @param size width and height in pixels
 * @param spacing height and width of a pixel. Default 1 and 1.
 * @returns float64 `[height, width]`: 0 for background; infinite if the image has no background
 * @throws {RangeError} if the mask has another size, or the spacing is not positive.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { squaredDistanceTransform } from "lib/objects";
 *
 * const mask = [0, 1, 1, 1, 1, 1];
 * assert.deepEqual([...squaredDistanceTransform(mask, { width: 3, height: 2 })], [0, 1, 4, 1, 2, 5]);
 * ```
 */
export function squaredDistanceTransform(
  mask: ArrayLike<number>,
  { width, height }: ImageSize,
  spacing: PixelSpacing = [1, 1],
): Float64Array {
  checkLength(mask, { width, height }, "mask");
  const [sy, sx] = spacing;
  if (!(sy > 0 && sx > 0 && Number.isFinite(sy + sx))) {
    throw new RangeError(`The pixel's size is ${sy} × ${sx}: give two positive numbers`);
  }
  const squares = squaresToColumn(mask, width, height, sy);
  const row = new Float64Array(width), vertices = new Int32Array(width), starts = new Float64Array(width);
  for (let y = 0; y < height; y++) {
    const line = squares.subarray(y * width, (y + 1) * width);
    row.set(line);
    lowerEnvelope(row, line, vertices, starts, sx);
  }
  return squares;
}

/** Squared distance to the nearest background pixel in the same column. */
function squaresToColumn(mask: ArrayLike<number>, width: number, height: number, step: number): Float64Array {
  const length = width * height, out = new Float64Array(length);
  for (let i = 0; i < length; i++) {
    if (mask[i] > 0) out[i] = i < width ? Infinity : out[i - width] + 1;
  }
  for (let i = length - width - 1; i >= 0; i--) {
    if (out[i + width] + 1 < out[i]) out[i] = out[i + width] + 1;
  }
  for (let i = 0; i < length; i++) out[i] = (out[i] * step) ** 2;
  return out;
}

/**
 * Computes the lower envelope of the parabolas `heights[v] + (step · (x − v))²` at each x.
 *
 * @param vertices room for the parabolas in the envelope
 * @param starts room for the x from which each of them is the lowest
 */
function lowerEnvelope(
  heights: Float64Array,
  out: Float64Array,
  vertices: Int32Array,
  starts: Float64Array,
  step: number,
): void {
  const square = step * step;
  let last = -1;
  for (let x = 0; x < heights.length; x++) {
    if (heights[x] === Infinity) continue;
    let start = -Infinity;
    while (last >= 0) {
      const v = vertices[last];
      start = (x + v) / 2 + (heights[x] - heights[v]) / (2 * square * (x - v));
      if (start > starts[last]) break;
      last--;
      start = -Infinity;
    }
    vertices[++last] = x;
    starts[last] = start;
  }
  if (last < 0) return;
  for (let x = 0, k = 0; x < out.length; x++) {
    while (k < last && starts[k + 1] < x) k++;
    const v = vertices[k];
    out[x] = heights[v] + ((x - v) * step) ** 2;
  }
}

/**
 * Computes the Euclidean distance of each foreground pixel to the nearest background pixel: the root of
 * {@linkcode squaredDistanceTransform}, equal to `scipy.ndimage.distance_transform_edt`.
 *
 * @param mask foreground if larger than 0, `[height, width]`
 * @param size width and height in pixels
 * @param spacing height and width of a pixel, which give the distances' unit. Default 1 and 1.
 * @returns float64 `[height, width]`: 0 for background; infinite if the image has no background
 * @throws {RangeError} if the mask has another size, or the spacing is not positive.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { distanceTransform } from "lib/objects";
 *
 * assert.deepEqual([...distanceTransform([0, 1, 1], { width: 3, height: 1 }, [1, 0.5])], [0, 0.5, 1]);
 * ```
 */
export function distanceTransform(
  mask: ArrayLike<number>,
  size: ImageSize,
  spacing: PixelSpacing = [1, 1],
): Float64Array {
  const distances = squaredDistanceTransform(mask, size, spacing);
  for (let i = 0; i < distances.length; i++) distances[i] = Math.sqrt(distances[i]);
  return distances;
}
