import { reflect } from "../../math/reflect.ts";

/** One of the eight symmetries of the square: quarter turns, then a mirror. */
export interface Symmetry {
  /** Quarter turns, 0 to 3. */
  turns: number;
  /** Whether columns are mirrored afterwards. */
  mirror: boolean;
}

/** A crop's origin: its corner in the image and its symmetry. */
export interface Crop extends Symmetry {
  top: number;
  left: number;
}

/** Maps a pixel (row, column) of a rotated and mirrored crop to its position in the original crop. */
export function sourcePosition(
  { turns, mirror }: Symmetry,
  row: number,
  column: number,
  last: number,
): [number, number] {
  const x = mirror ? last - column : column;
  if (turns === 1) return [x, last - row];
  if (turns === 2) return [last - row, last - x];
  if (turns === 3) return [last - x, row];
  return [row, x];
}

/**
 * Copies a square crop with its symmetry; beyond the image's edge, the image is mirrored.
 *
 * @param source `[height, width, channels]`
 * @param target receives `[side, side, outChannels]` from `at` on; a single source channel is copied to all
 */
export function copyCrop(
  source: ArrayLike<number>,
  [height, width, channels]: readonly [number, number, number],
  crop: Crop,
  side: number,
  target: Float32Array,
  at: number,
  outChannels: number,
): void {
  const { top, left } = crop;
  const last = side - 1;
  if (top >= 0 && left >= 0 && top + side <= height && left + side <= width) {
    // Inside the image, a step along a row or column of the crop is a constant step in the image.
    const place = (row: number, column: number) => {
      const [y, x] = sourcePosition(crop, row, column, last);
      return ((top + y) * width + left + x) * channels;
    };
    const origin = place(0, 0),
      right = place(0, Math.min(1, last)) - origin,
      down = place(Math.min(1, last), 0) - origin;
    for (let y = 0; y < side; y++) {
      let from = origin + y * down;
      if (outChannels === 1) {
        for (let x = 0; x < side; x++, from += right) target[at++] = source[from];
      } else if (channels === 1) {
        for (let x = 0; x < side; x++, from += right) {
          for (let c = 0; c < outChannels; c++) target[at++] = source[from];
        }
      } else {
        for (let x = 0; x < side; x++, from += right) {
          for (let c = 0; c < outChannels; c++) target[at++] = source[from + c];
        }
      }
    }
    return;
  }
  for (let row = 0; row < side; row++) {
    for (let column = 0; column < side; column++) {
      const [y, x] = sourcePosition(crop, row, column, last);
      const from = (reflect(top + y, height) * width + reflect(left + x, width)) * channels;
      for (let c = 0; c < outChannels; c++) target[at++] = source[from + (channels === 1 ? 0 : c)];
    }
  }
}
