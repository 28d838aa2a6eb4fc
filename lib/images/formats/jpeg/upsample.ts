import type { Samples } from "./block_transform.ts";
import type { Plane } from "./plane.ts";

/** A component's rows at the picture's full size. */
export interface RowSource {
  /** Contains the row after {@linkcode read}. */
  samples: Samples;
  /**
   * Prepares a row.
   *
   * @returns the index of its first sample in {@linkcode samples}
   */
  read(row: number): number;
}

/** Blends three quarters of the nearer row and one quarter of the further row, × 4. */
function blendRows({ data, stride, height }: Plane, row: number, out: Int32Array): void {
  const near = row >> 1;
  const far = Math.max(0, Math.min(height - 1, row % 2 ? near + 1 : near - 1));
  for (let i = 0, a = near * stride, b = far * stride; i < out.length; i++) out[i] = 3 * data[a + i] + data[b + i];
}

/**
 * Doubles a row's width: three quarters of the nearer sample and one of the further, rounded down and up alternately.
 */
function doubleWidth(source: Samples, at: number, width: number, out: Samples): void {
  const last = width - 1;
  out[0] = source[at];
  for (let i = 0; i < last; i++) {
    const a = source[at + i], b = source[at + i + 1];
    out[2 * i + 1] = (3 * a + b + 2) >> 2;
    out[2 * i + 2] = (3 * b + a + 1) >> 2;
  }
  out[2 * last + 1] = source[at + last];
}

/** Doubles the width of blended rows, whose values are four times as large. */
function doubleBlended(blended: Int32Array, out: Samples): void {
  const last = blended.length - 1;
  out[0] = (4 * blended[0] + 8) >> 4;
  for (let i = 0; i < last; i++) {
    const a = blended[i], b = blended[i + 1];
    out[2 * i + 1] = (3 * a + b + 7) >> 4;
    out[2 * i + 2] = (3 * b + a + 8) >> 4;
  }
  out[2 * last + 1] = (4 * blended[last] + 7) >> 4;
}

/**
 * Upsamples a plane to the picture's size like libjpeg: linearly ("fancy upsampling", a triangle filter) by a factor of
 * 2 in width, height or both, otherwise by repeating samples.
 *
 * @param across the picture's width divided by the plane's
 * @param down the picture's height divided by the plane's
 * @param smooth whether to interpolate linearly where possible
 */
export function upsample(plane: Plane, across: number, down: number, smooth: boolean): RowSource {
  const { data, stride, width } = plane;
  if (across === 1 && down === 1) return { samples: data, read: (row) => row * stride };
  const samples: Samples = data instanceof Uint8Array
    ? new Uint8Array(width * across)
    : new Uint16Array(width * across);
  const blended = new Int32Array(width);
  const fill = (read: (row: number) => void): RowSource => ({
    samples,
    read(row) {
      read(row);
      return 0;
    },
  });
  if (smooth && across === 1 && down === 2) {
    return fill((row) => {
      blendRows(plane, row, blended);
      const rounding = row % 2 ? 2 : 1;
      for (let i = 0; i < width; i++) samples[i] = (blended[i] + rounding) >> 2;
    });
  }
  // Like libjpeg, samples of narrower planes are repeated.
  if (smooth && across === 2 && down <= 2 && width > 2) {
    if (down === 1) return fill((row) => doubleWidth(data, row * stride, width, samples));
    return fill((row) => {
      blendRows(plane, row, blended);
      doubleBlended(blended, samples);
    });
  }
  return fill((row) => {
    const start = Math.floor(row / down) * stride;
    for (let i = 0, to = 0; i < width; i++) {
      for (let repeat = 0; repeat < across; repeat++) samples[to++] = data[start + i];
    }
  });
}
