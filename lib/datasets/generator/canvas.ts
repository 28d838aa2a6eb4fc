import { reflect } from "../../math/reflect.ts";
import type { Random } from "../../math/random.ts";

/** A square image that a generator draws on, float32 `[size, size]`. */
export type Layer = Float32Array;

/** Interpolates geometrically between `easy` and `hard`. */
export function between(difficulty: number, easy: number, hard: number): number {
  return easy * (hard / easy) ** difficulty;
}

/** Interpolates linearly between `easy` and `hard`. */
export function mix(difficulty: number, easy: number, hard: number): number {
  return easy + (hard - easy) * difficulty;
}

/** Makes smooth noise in about [-1, 1]: random values on a coarse grid, interpolated bilinearly. */
export function smoothNoise(size: number, grain: number, random: Random): Layer {
  const cells = Math.ceil(size / grain) + 2;
  const knots = Float32Array.from({ length: cells * cells }, () => random.uniform(-1, 1));
  const out = new Float32Array(size * size);
  for (let y = 0; y < size; y++) {
    const v = y / grain, i = Math.floor(v), fy = v - i;
    for (let x = 0; x < size; x++) {
      const u = x / grain, j = Math.floor(u), fx = u - j;
      const at = i * cells + j;
      const top = knots[at] * (1 - fx) + knots[at + 1] * fx;
      const bottom = knots[at + cells] * (1 - fx) + knots[at + cells + 1] * fx;
      out[y * size + x] = top * (1 - fy) + bottom * fy;
    }
  }
  return out;
}

/** Blurs with a separable Gaussian, with mirrored borders. */
export function blur(image: Layer, size: number, sigma: number): Layer {
  const reach = Math.min(size - 1, Math.ceil(3 * sigma));
  const kernel = Array.from({ length: 2 * reach + 1 }, (_, i) => Math.exp(-((i - reach) ** 2) / (2 * sigma ** 2)));
  const sum = kernel.reduce((a, b) => a + b);
  const inside = Array.from({ length: size + 2 * reach }, (_, i) => reflect(i - reach, size));
  const pass = (source: Layer, stepAlong: number, stepAcross: number) => {
    const out = new Float32Array(size * size);
    for (let a = 0; a < size; a++) {
      for (let b = 0; b < size; b++) {
        let value = 0;
        for (let k = -reach; k <= reach; k++) {
          value += kernel[k + reach] * source[a * stepAcross + inside[b + k + reach] * stepAlong];
        }
        out[a * stepAcross + b * stepAlong] = value / sum;
      }
    }
    return out;
  };
  return pass(pass(image, 1, size), size, 1);
}

/** Makes a vignette: 1 at a random point near the centre, about 1 − `depth` at the farthest corners. */
export function vignette(size: number, depth: number, random: Random): Layer {
  const cx = random.uniform(0.3, 0.7) * size, cy = random.uniform(0.3, 0.7) * size;
  return Float32Array.from(
    { length: size * size },
    (_, i) => 1 - depth * ((i % size - cx) ** 2 + (Math.floor(i / size) - cy) ** 2) / (0.5 * size * size),
  );
}

/** Simulates a camera: shot noise of the photons, read noise, gain, 8 bits. */
export function expose(photons: Layer, { gain, readNoise }: { gain: number; readNoise: number }, random: Random) {
  return Uint8Array.from(photons, (mean) => {
    const counts = random.poisson(Math.max(mean, 0)) + readNoise * random.normal();
    return Math.max(0, Math.min(255, Math.round(gain * counts)));
  });
}

/** Renumbers the remaining labels from 1, after overlaps and borders removed some. */
export function compactLabels(labels: Uint16Array): Uint16Array {
  const next = new Map<number, number>([[0, 0]]);
  return labels.map((label) => {
    if (!next.has(label)) next.set(label, next.size);
    return next.get(label)!;
  });
}
