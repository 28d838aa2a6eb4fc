import { Random } from "lib/math/random.ts";

/** Discs that touch, and what a network would predict of them. */
export interface DrawnDiscs {
  /** Number of each disc, `[side, side]`; 0 is background. */
  truth: Uint32Array;
  /** Probability of foreground, `[side, side]`. */
  foreground: Float32Array;
  /** Probability of background, interior and border, `[side, side, 3]`. */
  borders: Float32Array;
  /** Intensities, 16 bits, `[side, side]`. */
  intensities: Uint16Array;
  count: number;
}

/** Distance of the discs' centres in pixels, on average. */
const CELL = 40;
/** Standard deviation of the noise of probabilities, before they are cut to 0 to 1. */
const NOISE = 0.1;

/**
 * Draws one disc of radius 14 to 22 per cell of a jittered grid, so that most touch. Probabilities are blurred and noisy.
 *
 * @param side width and height in pixels
 */
export function drawDiscs(side: number): DrawnDiscs {
  const random = new Random(7), cells = Math.floor(side / CELL), truth = new Uint32Array(side * side);
  for (let number = 1; number <= cells * cells; number++) {
    const cx = ((number - 1) % cells + random.uniform(0.35, 0.65)) * CELL;
    const cy = (Math.floor((number - 1) / cells) + random.uniform(0.35, 0.65)) * CELL, radius = random.uniform(14, 22);
    for (let y = Math.max(0, Math.ceil(cy - radius)); y < Math.min(side, cy + radius); y++) {
      const half = Math.sqrt(radius ** 2 - (y - cy) ** 2);
      const from = Math.max(0, Math.ceil(cx - half)), to = Math.min(side - 1, Math.floor(cx + half));
      truth.fill(number, y * side + from, y * side + to + 1);
    }
  }
  const foreground = noisy(blur(Float32Array.from(truth, (number) => number > 0 ? 1 : 0), side), random);
  const borders = drawBorders(truth, side, random);
  const intensities = Uint16Array.from(foreground, (p) => 800 + 9000 * p + random.integer(400));
  return { truth, foreground, borders, intensities, count: cells * cells };
}

/** Draws probabilities of background, interior and border: the outer two pixels of each disc. */
function drawBorders(truth: Uint32Array, side: number, random: Random): Float32Array {
  const isBorder = (i: number) =>
    truth[i] > 0 && [-2, 2, -2 * side, 2 * side].some((step) => truth[i + step] !== truth[i]);
  const border = Float32Array.from(truth, (_, i) => isBorder(i) ? 1 : 0);
  const interior = Float32Array.from(truth, (number, i) => number > 0 && border[i] === 0 ? 1 : 0);
  const planes = [blur(interior, side), blur(border, side)].map((plane) => noisy(plane, random));
  const out = new Float32Array(3 * truth.length);
  for (let i = 0; i < truth.length; i++) {
    const inside = planes[0][i], edge = planes[1][i], sum = Math.max(1, inside + edge);
    out[3 * i + 1] = inside / sum;
    out[3 * i + 2] = edge / sum;
    out[3 * i] = 1 - out[3 * i + 1] - out[3 * i + 2];
  }
  return out;
}

/** Blurs a picture by binomial weights of five pixels in each direction (standard deviation 1). Overwrites it. */
function blur(plane: Float32Array, side: number): Float32Array {
  const line = new Float32Array(side), weights = [1, 4, 6, 4, 1];
  for (const [along, across] of [[1, side], [side, 1]]) {
    for (let row = 0; row < side; row++) {
      for (let i = 0; i < side; i++) {
        let sum = 0;
        for (let k = -2; k <= 2; k++) {
          sum += weights[k + 2] * plane[row * across + Math.max(0, Math.min(side - 1, i + k)) * along];
        }
        line[i] = sum / 16;
      }
      for (let i = 0; i < side; i++) plane[row * across + i * along] = line[i];
    }
  }
  return plane;
}

/** Adds noise, and cuts to 0 to 1. Overwrites the picture. */
function noisy(plane: Float32Array, random: Random): Float32Array {
  for (let i = 0; i < plane.length; i++) plane[i] = Math.max(0, Math.min(1, plane[i] + NOISE * random.normal()));
  return plane;
}
