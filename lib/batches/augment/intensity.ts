import { reflect } from "../../math/reflect.ts";
import { normalQuantile } from "../../math/normal_distribution.ts";
import type { Random } from "../../math/random.ts";

/**
 * A crop whose intensities are changed in place: float32 `[side, side, channels]`, with the image's range scaled to 0
 * to 1 (values outside are allowed).
 */
export interface Pixels {
  data: Float32Array;
  side: number;
  channels: number;
}

/** Scales intensities by 0.8 to 1.2 and adds up to ± 0.2. */
export function randomBrightnessContrast({ data }: Pixels, random: Random): void {
  const contrast = random.uniform(0.8, 1.2), brightness = random.uniform(-0.2, 0.2);
  for (let i = 0; i < data.length; i++) data[i] = data[i] * contrast + brightness;
}

/** Number of steps of the lookup table of powers. */
const GAMMA_STEPS = 4096;

/** Raises intensities to a power of 0.8 to 1.25; negative values are unchanged. */
export function randomGamma({ data }: Pixels, random: Random): void {
  const gamma = Math.exp(random.uniform(-1, 1) * Math.log(1.25));
  const table = Float32Array.from({ length: GAMMA_STEPS + 2 }, (_, i) => (i / GAMMA_STEPS) ** gamma);
  for (let i = 0; i < data.length; i++) {
    const value = data[i];
    if (value <= 0) continue;
    if (value >= 1) {
      data[i] = value ** gamma;
      continue;
    }
    const place = value * GAMMA_STEPS, below = place | 0;
    data[i] = table[below] + (place - below) * (table[below + 1] - table[below]);
  }
}

/** Quantiles of the standard normal distribution at (i + ½) / 65,536. */
let quantiles: Float32Array | undefined;

function normalQuantiles(): Float32Array {
  return quantiles ??= Float32Array.from({ length: 65536 }, (_, i) => normalQuantile((i + 0.5) / 65536));
}

/** Adds normal noise with a standard deviation of 0.01 to 0.05, the same in all channels of a grey image. */
export function gaussNoise({ data, channels }: Pixels, random: Random, grey: boolean): void {
  const sigma = random.uniform(0.01, 0.05);
  const normal = normalQuantiles();
  // Split each 32-bit draw into two of 16 bits, which is precise enough for noise.
  let word = 0, half = false;
  const draw = () => {
    half = !half;
    if (half) word = random.next() * 2 ** 32;
    return normal[half ? word & 65535 : word >>> 16];
  };
  if (!grey || channels === 1) {
    for (let i = 0; i < data.length; i++) data[i] += sigma * draw();
    return;
  }
  for (let i = 0; i < data.length; i += channels) {
    const noise = sigma * draw();
    for (let c = 0; c < channels; c++) data[i + c] += noise;
  }
}

/** Blurs with a Gaussian of σ 0.5 to 1.5 pixels, with mirrored borders. */
export function gaussianBlur({ data, side, channels }: Pixels, random: Random): void {
  const sigma = random.uniform(0.5, 1.5);
  const reach = Math.ceil(3 * sigma);
  const weights = Array.from({ length: reach + 1 }, (_, i) => Math.exp(-(i ** 2) / (2 * sigma ** 2)));
  const total = weights.reduce((sum, weight, i) => sum + (i ? 2 : 1) * weight, 0);
  const kernel = Float32Array.from(weights, (weight) => weight / total);
  const row = side * channels, other = new Float32Array(data.length);
  // Pad each row with mirrored ends, so that the inner loop needs no special case at the borders.
  const margin = reach * channels, padded = new Float32Array(row + 2 * margin);
  for (let y = 0; y < side; y++) {
    const at = y * row;
    padded.set(data.subarray(at, at + row), margin);
    for (let k = 1; k <= reach; k++) {
      for (let c = 0; c < channels; c++) {
        padded[margin - k * channels + c] = data[at + reflect(-k, side) * channels + c];
        padded[margin + row + (k - 1) * channels + c] = data[at + reflect(side - 1 + k, side) * channels + c];
      }
    }
    for (let i = 0; i < row; i++) other[at + i] = kernel[0] * padded[margin + i];
    for (let k = 1; k <= reach; k++) {
      const weight = kernel[k], left = margin - k * channels, right = margin + k * channels;
      for (let i = 0; i < row; i++) other[at + i] += weight * (padded[left + i] + padded[right + i]);
    }
  }
  for (let y = 0; y < side; y++) {
    const at = y * row;
    for (let i = 0; i < row; i++) data[at + i] = kernel[0] * other[at + i];
    for (let k = 1; k <= reach; k++) {
      const up = reflect(y - k, side) * row, down = reflect(y + k, side) * row;
      for (let i = 0; i < row; i++) data[at + i] += kernel[k] * (other[up + i] + other[down + i]);
    }
  }
}

/** Inverts intensities: dark becomes bright. */
export function invert({ data }: Pixels): void {
  for (let i = 0; i < data.length; i++) data[i] = 1 - data[i];
}

/** Optical densities per channel of haematoxylin, eosin and the residual (Ruifrok & Johnston 2001), as rows. */
const STAINS = [[0.65, 0.7, 0.29], [0.07, 0.99, 0.11], [0.27, 0.57, 0.78]];

function inverse(m: readonly (readonly number[])[]): number[][] {
  const [[a, b, c], [d, e, f], [g, h, i]] = m;
  const det = a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g);
  return [
    [(e * i - f * h) / det, (c * h - b * i) / det, (b * f - c * e) / det],
    [(f * g - d * i) / det, (a * i - c * g) / det, (c * d - a * f) / det],
    [(d * h - e * g) / det, (b * g - a * h) / det, (a * e - b * d) / det],
  ];
}

/**
 * Varies the stains of a coloured image: the density of each by × 0.9 to 1.1 and ± 0.02 (Tellez et al. 2018). Grey
 * images, which have no stains, are unchanged.
 */
export function stainJitter({ data, channels }: Pixels, random: Random): void {
  const change = [0, 1, 2].map(() => [random.uniform(0.9, 1.1), random.uniform(-0.02, 0.02)]);
  if (channels !== 3) return;
  // Converting densities to stains, scaling them and converting back is one 3 × 3 matrix and an offset.
  const toStains = inverse(STAINS);
  const matrix = [0, 1, 2].map((from) =>
    [0, 1, 2].map((to) => [0, 1, 2].reduce((sum, s) => sum + toStains[from][s] * change[s][0] * STAINS[s][to], 0))
  );
  const offset = [0, 1, 2].map((to) => [0, 1, 2].reduce((sum, s) => sum + change[s][1] * STAINS[s][to], 0));
  const floor = 1 / 255;
  const density = (value: number) => -Math.log(value > floor ? value : floor);
  for (let i = 0; i < data.length; i += 3) {
    const r = density(data[i]), g = density(data[i + 1]), b = density(data[i + 2]);
    for (let c = 0; c < 3; c++) {
      data[i + c] = Math.exp(-(matrix[0][c] * r + matrix[1][c] * g + matrix[2][c] * b + offset[c]));
    }
  }
}
