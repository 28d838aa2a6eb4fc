import type { Random } from "../../math/random.ts";
import { type Crop, sourcePosition } from "./crop.ts";
import { reflect } from "../../math/reflect.ts";

/** Source coordinates of a warped crop's pixels, in the unwarped crop (before its symmetry is applied). */
export interface WarpField {
  /** Columns in `x` and rows in `y`, float32 `[side, side]` each. */
  x: Float32Array;
  y: Float32Array;
}

/** Makes the field without displacement. */
export function identityField(side: number): WarpField {
  const x = new Float32Array(side * side), y = new Float32Array(side * side);
  for (let row = 0, i = 0; row < side; row++) {
    for (let column = 0; column < side; column++, i++) {
      x[i] = column;
      y[i] = row;
    }
  }
  return { x, y };
}

/** Shifts by up to 6.25 % of the side, scales by 0.9 to 1.1, and rotates by up to 45° about the centre. */
export function shiftScaleRotate({ x, y }: WarpField, side: number, random: Random): void {
  const middle = (side - 1) / 2;
  const shiftX = random.uniform(-0.0625, 0.0625) * side, shiftY = random.uniform(-0.0625, 0.0625) * side;
  const scale = random.uniform(0.9, 1.1), angle = random.uniform(-Math.PI / 4, Math.PI / 4);
  // The inverse transformation, from a pixel of the crop to its source.
  const cos = Math.cos(angle) / scale, sin = Math.sin(angle) / scale;
  for (let i = 0; i < x.length; i++) {
    const dx = x[i] - middle - shiftX, dy = y[i] - middle - shiftY;
    x[i] = middle + cos * dx + sin * dy;
    y[i] = middle - sin * dx + cos * dy;
  }
}

/** Distance between the random field's knots, in pixels; its bumps are about twice as wide. */
const KNOTS = 16;

/**
 * Adds a smooth random displacement (Simard et al. 2003): normally distributed values on a coarse grid, interpolated by
 * cubic B-splines, with a root mean square of about 2 to 5 pixels.
 */
export function elasticTransform({ x, y }: WarpField, side: number, random: Random): void {
  // Interpolation by splines halves the standard deviation of independent values.
  const height = 2 * random.uniform(2, 5);
  const cells = Math.ceil(side / KNOTS) + 4;
  const knots = Float32Array.from({ length: 2 * cells * cells }, () => height * random.normal());
  const weights = Float32Array.from(
    { length: 4 * KNOTS },
    (_, i) => spline(Math.floor(i / KNOTS), (i % KNOTS) / KNOTS),
  );
  const rows = new Float32Array(2 * cells);
  for (let row = 0, i = 0; row < side; row++) {
    const v = Math.floor(row / KNOTS), phase = row % KNOTS;
    const [a, b, c, d] = [0, 1, 2, 3].map((tap) => weights[tap * KNOTS + phase]);
    for (let u = 0; u < 2 * cells; u++) {
      const at = v * 2 * cells + u;
      rows[u] = a * knots[at] + b * knots[at + 2 * cells] + c * knots[at + 4 * cells] + d * knots[at + 6 * cells];
    }
    for (let column = 0; column < side; column++, i++) {
      const at = 2 * (column / KNOTS | 0), p = column % KNOTS;
      const w0 = weights[p], w1 = weights[KNOTS + p], w2 = weights[2 * KNOTS + p], w3 = weights[3 * KNOTS + p];
      x[i] += w0 * rows[at] + w1 * rows[at + 2] + w2 * rows[at + 4] + w3 * rows[at + 6];
      y[i] += w0 * rows[at + 1] + w1 * rows[at + 3] + w2 * rows[at + 5] + w3 * rows[at + 7];
    }
  }
}

/** Returns one of the four weights of the uniform cubic B-spline. */
function spline(tap: number, t: number): number {
  if (tap === 0) return (1 - t) ** 3 / 6;
  if (tap === 1) return (3 * t ** 3 - 6 * t ** 2 + 4) / 6;
  if (tap === 2) return (-3 * t ** 3 + 3 * t ** 2 + 3 * t + 1) / 6;
  return t ** 3 / 6;
}

const CELLS = 5;

/**
 * Stretches the columns and rows of a grid of 5 × 5 cells by 0.7 to 1.3 each, while the crop's size is unchanged. Apply
 * it first: it replaces the field.
 */
export function gridDistortion({ x, y }: WarpField, side: number, random: Random): void {
  const step = (side - 1) / CELLS;
  const [across, down] = [0, 1].map(() => {
    const widths = Array.from({ length: CELLS }, () => random.uniform(0.7, 1.3));
    const total = widths.reduce((a, b) => a + b);
    const edges = [0];
    for (const width of widths) edges.push(edges.at(-1)! + width / total * (side - 1));
    return Float32Array.from({ length: side }, (_, place) => {
      const cell = Math.min(CELLS - 1, Math.floor(place / step));
      return edges[cell] + (place / step - cell) * (edges[cell + 1] - edges[cell]);
    });
  });
  for (let row = 0, i = 0; row < side; row++) {
    for (let column = 0; column < side; column++, i++) {
      x[i] = across[column];
      y[i] = down[row];
    }
  }
}

/** An image with its mask, from which crops are copied. */
interface Source {
  width: number;
  height: number;
  channels: number;
  /** float32 `[height, width, channels]`. */
  pixels: Float32Array;
  /** `[height, width]`. */
  mask: ArrayLike<number>;
}

/**
 * Copies a warped crop: the image with bilinear interpolation, the mask from the nearest pixel, which preserves labels.
 * Beyond its edge, the image is mirrored.
 *
 * @param image receives `[side, side, outChannels]`, 1 or as many as the source has
 * @param mask receives `[side, side]`
 */
export function copyWarped(
  source: Source,
  crop: Crop,
  { x: columns, y: rows }: WarpField,
  side: number,
  image: Float32Array,
  mask: Float32Array,
): void {
  const { width, height, channels, pixels, mask: labels } = source;
  // Symmetry and cropping are linear: compute the corner, and the increments of a step along a row and along a column.
  const [y0, x0] = sourcePosition(crop, 0, 0, side - 1);
  const [yx, xx] = sourcePosition(crop, 0, 1, side - 1).map((value, i) => value - [y0, x0][i]);
  const [yy, xy] = sourcePosition(crop, 1, 0, side - 1).map((value, i) => value - [y0, x0][i]);
  const top = crop.top + y0, left = crop.left + x0;
  const lastRow = height - 1, lastColumn = width - 1;
  for (let i = 0, at = 0; i < mask.length; i++) {
    const column = columns[i], row = rows[i];
    const sy = top + yx * column + yy * row, sx = left + xx * column + xy * row;
    let v0: number, v1: number, u0: number, u1: number, fy: number, fx: number;
    if (sy >= 0 && sx >= 0 && sy < lastRow && sx < lastColumn) {
      v0 = sy | 0;
      u0 = sx | 0;
      v1 = v0 + 1;
      u1 = u0 + 1;
      fy = sy - v0;
      fx = sx - u0;
    } else {
      const v = Math.floor(sy), u = Math.floor(sx);
      fy = sy - v;
      fx = sx - u;
      v0 = reflect(v, height);
      v1 = reflect(v + 1, height);
      u0 = reflect(u, width);
      u1 = reflect(u + 1, width);
    }
    mask[i] = labels[(fy < 0.5 ? v0 : v1) * width + (fx < 0.5 ? u0 : u1)];
    const a = v0 * width, b = v1 * width;
    if (channels === 1) {
      const upper = pixels[a + u0] + fx * (pixels[a + u1] - pixels[a + u0]);
      const lower = pixels[b + u0] + fx * (pixels[b + u1] - pixels[b + u0]);
      image[at++] = upper + fy * (lower - upper);
      continue;
    }
    for (let c = 0; c < channels; c++) {
      const p = pixels[(a + u0) * channels + c], q = pixels[(b + u0) * channels + c];
      const upper = p + fx * (pixels[(a + u1) * channels + c] - p);
      const lower = q + fx * (pixels[(b + u1) * channels + c] - q);
      image[at++] = upper + fy * (lower - upper);
    }
  }
}
