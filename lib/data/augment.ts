/** Changes to training crops, by name. */
export const AUGMENTATIONS = ["symmetries"] as const;
/** `symmetries` are the eight of the square: quarter turns and mirror images. */
export type Augmentation = typeof AUGMENTATIONS[number];

/** One of the eight symmetries of the square: quarter turns, then a mirror. */
export interface Symmetry {
  /** Quarter turns, 0 to 3. */
  turns: number;
  /** Whether columns are mirrored afterwards. */
  mirror: boolean;
}

/** Where a crop comes from: its corner in the image and how it is turned. */
export interface Crop extends Symmetry {
  top: number;
  left: number;
}

/** The index beyond an edge that mirrors back inside, the edge pixel not repeated (PyTorch's `reflect`). */
export function reflect(index: number, length: number): number {
  if (length === 1) return 0;
  const period = 2 * (length - 1);
  const within = ((index % period) + period) % period;
  return within < length ? within : period - within;
}

/**
 * Copies a turned square crop; beyond an image's edge it is mirrored.
 *
 * @param source `[height, width, channels]`
 * @param target receives `[side, side, outChannels]` from `at` on; one channel fills all
 */
export function copyCrop(
  source: ArrayLike<number>,
  [height, width, channels]: readonly [number, number, number],
  { top, left, turns, mirror }: Crop,
  side: number,
  target: Float32Array,
  at: number,
  outChannels: number,
): void {
  const last = side - 1;
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const column = mirror ? last - x : x;
      let sy = y, sx = column;
      if (turns === 1) [sy, sx] = [column, last - y];
      else if (turns === 2) [sy, sx] = [last - y, last - column];
      else if (turns === 3) [sy, sx] = [last - column, y];
      sy += top;
      sx += left;
      if (sy < 0 || sy >= height) sy = reflect(sy, height);
      if (sx < 0 || sx >= width) sx = reflect(sx, width);
      const from = (sy * width + sx) * channels;
      for (let c = 0; c < outChannels; c++) target[at++] = source[from + (channels === 1 ? 0 : c)];
    }
  }
}
