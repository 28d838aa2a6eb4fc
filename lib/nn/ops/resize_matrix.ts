/** A matrix of float32 numbers, row by row. */
export interface Matrix {
  rows: number;
  columns: number;
  values: Float32Array;
}

/**
 * Returns the matrix that resizes a line of pixels linearly. The centres of the outermost pixels stay in place, or with
 * `alignCorners` false the line's ends do.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { bilinearMatrix } from "lib/nn/ops/resize_matrix.ts";
 *
 * assert.deepEqual([...bilinearMatrix(2, 3, true).values], [1, 0, 0.5, 0.5, 0, 1]);
 * ```
 */
export function bilinearMatrix(from: number, to: number, alignCorners: boolean): Matrix {
  const values = new Float32Array(to * from);
  const scale = alignCorners && to > 1 ? (from - 1) / (to - 1) : from / to;
  for (let i = 0; i < to; i++) {
    const place = alignCorners ? i * scale : Math.max(0, (i + 0.5) * scale - 0.5);
    const first = Math.min(Math.floor(place), from - 1), second = Math.min(first + 1, from - 1), share = place - first;
    values[i * from + first] += 1 - share;
    values[i * from + second] += share;
  }
  return { rows: to, columns: from, values };
}

/** Returns the matrix that averages a line in bins: bin i from ⌊i · length / bins⌋ to ⌈(i + 1) · length / bins⌉. */
export function averageMatrix(length: number, bins: number): Matrix {
  const values = new Float32Array(bins * length);
  for (let bin = 0; bin < bins; bin++) {
    const start = Math.floor(bin * length / bins), end = Math.ceil((bin + 1) * length / bins);
    values.fill(1 / (end - start), bin * length + start, bin * length + end);
  }
  return { rows: bins, columns: length, values };
}

/** Returns a matrix for lines of pixels with several channels, which computes `line × matrix`. */
export function channelMatrix({ rows, columns, values }: Matrix, channels: number): Matrix {
  const out = new Float32Array(columns * channels * rows * channels), width = rows * channels;
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      for (let c = 0; c < channels; c++) {
        out[(column * channels + c) * width + row * channels + c] = values[row * columns + column];
      }
    }
  }
  return { rows: columns * channels, columns: width, values: out };
}
