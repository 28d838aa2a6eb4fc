import { type Dataset, makeDataset, type Sample } from "./dataset.ts";
import { Random } from "./random.ts";

/** Options of {@linkcode generateNuclei}. */
export interface NucleiOptions {
  /** Number of images. */
  count: number;
  /** Side of the square images in pixels. Default 256. */
  size?: number;
  seed?: number;
  /** Mean nuclei per 256 × 256 pixels. Default 24. */
  density?: number;
}

interface Field {
  size: number;
  /** Photons per pixel before noise. */
  light: Float32Array;
  labels: Uint16Array;
}

/** Smooth noise in about [-1, 1]: random values on a coarse grid, bilinearly between. */
function smoothNoise(size: number, grain: number, random: Random): Float32Array {
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

/** Gaussian blur, separable, mirrored at the edges. */
function blur(image: Float32Array, size: number, sigma: number): Float32Array {
  const reach = Math.ceil(3 * sigma);
  const kernel = Array.from({ length: 2 * reach + 1 }, (_, i) => Math.exp(-((i - reach) ** 2) / (2 * sigma ** 2)));
  const sum = kernel.reduce((a, b) => a + b);
  const mirror = (i: number) => i < 0 ? -i : i >= size ? 2 * size - 2 - i : i;
  const pass = (source: Float32Array, stepAlong: number, stepAcross: number) => {
    const out = new Float32Array(size * size);
    for (let a = 0; a < size; a++) {
      for (let b = 0; b < size; b++) {
        let value = 0;
        for (let k = -reach; k <= reach; k++) {
          value += kernel[k + reach] * source[a * stepAcross + mirror(b + k) * stepAlong];
        }
        out[a * stepAcross + b * stepAlong] = value / sum;
      }
    }
    return out;
  };
  return pass(pass(image, 1, size), size, 1);
}

/**
 * Draws one nucleus: an ellipse whose outline wavers, darker at its rim, with chromatin texture and
 * a few dark nucleoli. Pixels that another nucleus holds stay that one's, their light adds up.
 */
function drawNucleus(
  { size, light, labels }: Field,
  [cx, cy]: [number, number],
  radius: number,
  brightness: number,
  label: number,
  random: Random,
): void {
  const elongation = random.uniform(1, 1.6), angle = random.uniform(0, Math.PI);
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const waves = [2, 3, 4].map((order) => ({
    order,
    phase: random.uniform(0, 7),
    height: random.uniform(0, 0.09 / (order - 1)),
  }));
  const nucleoli = Array.from({ length: random.integer(4) }, () => ({
    u: random.uniform(-0.5, 0.5),
    v: random.uniform(-0.5, 0.5),
    width: random.uniform(0.1, 0.2),
  }));
  const texture = { phase: random.uniform(0, 99), grain: random.uniform(2, 4), depth: random.uniform(0.06, 0.16) };
  const reach = Math.ceil(radius * elongation * 1.3);
  for (let y = Math.max(0, Math.floor(cy - reach)); y <= Math.min(size - 1, cy + reach); y++) {
    for (let x = Math.max(0, Math.floor(cx - reach)); x <= Math.min(size - 1, cx + reach); x++) {
      const dx = x - cx, dy = y - cy;
      const u = (dx * cos + dy * sin) / (radius * Math.sqrt(elongation));
      const v = (dy * cos - dx * sin) / (radius / Math.sqrt(elongation));
      const theta = Math.atan2(v, u);
      const outline = waves.reduce((r, { order, phase, height }) => r + height * Math.sin(order * theta + phase), 1);
      const distance = Math.hypot(u, v) / outline;
      if (distance > 1) continue;
      let value = brightness * Math.sqrt(1 - 0.75 * distance ** 4);
      for (const spot of nucleoli) {
        value *= 1 - 0.35 * Math.exp(-((u - spot.u) ** 2 + (v - spot.v) ** 2) / spot.width ** 2);
      }
      const { phase, grain, depth } = texture;
      value *= 1 + depth * Math.sin(x / grain + phase) * Math.cos(y / grain + 1.7 * phase) +
        depth * Math.sin((x + y) / (1.6 * grain) + phase);
      const at = y * size + x;
      light[at] += value;
      if (labels[at] === 0) labels[at] = label;
    }
  }
}

function drawField(size: number, density: number, random: Random): Field {
  const field: Field = { size, light: new Float32Array(size * size), labels: new Uint16Array(size * size) };
  const radius = random.uniform(7, 12), brightness = random.uniform(60, 260);
  const wanted = Math.max(1, random.poisson(density * (size / 256) ** 2));
  const centres: [number, number][] = [];
  for (let tries = 0; centres.length < wanted && tries < 40 * wanted; tries++) {
    // Nuclei come alone or beside another: clumps are what makes real images hard.
    const parent = centres.length && random.next() < 0.35 ? centres[random.integer(centres.length)] : undefined;
    const direction = random.uniform(0, 2 * Math.PI), gap = random.uniform(1.6, 2.3) * radius;
    const centre: [number, number] = parent
      ? [parent[0] + gap * Math.cos(direction), parent[1] + gap * Math.sin(direction)]
      : [random.uniform(-0.5 * radius, size + 0.5 * radius), random.uniform(-0.5 * radius, size + 0.5 * radius)];
    if (centres.some(([x, y]) => Math.hypot(x - centre[0], y - centre[1]) < 1.5 * radius)) continue;
    centres.push(centre);
    // One in ten is out of focus or dim, one in twenty is dying: small and bright.
    const kind = random.next();
    const [scale, gain] = kind < 0.05
      ? [0.55, 2.2]
      : kind < 0.15
      ? [1.1, 0.35]
      : [random.uniform(0.8, 1.2), random.uniform(0.7, 1.3)];
    drawNucleus(field, centre, radius * scale, brightness * gain, centres.length, random);
  }
  return field;
}

/** Debris, uneven light, the microscope's blur, shot and read noise, and 8 bits. */
function photograph({ size, light }: Field, random: Random): Uint8Array {
  const background = random.uniform(4, 22);
  const haze = smoothNoise(size, size / 2, random);
  const wide = blur(light, size, random.uniform(5, 8));
  for (let i = 0; i < random.poisson(5); i++) {
    const x = random.integer(size), y = random.integer(size), glow = random.uniform(20, 120);
    for (let dy = -1; dy <= 1; dy++) {
      for (let dx = -1; dx <= 1; dx++) {
        if (y + dy >= 0 && y + dy < size && x + dx >= 0 && x + dx < size) {
          light[(y + dy) * size + x + dx] += glow / (1 + dx * dx + dy * dy);
        }
      }
    }
  }
  const sharp = blur(light, size, random.uniform(0.8, 1.6));
  const shading = random.uniform(0, 0.35), cx = random.uniform(0.3, 0.7) * size, cy = random.uniform(0.3, 0.7) * size;
  const gain = random.uniform(0.25, 1), readNoise = random.uniform(1, 4);
  const out = new Uint8Array(size * size);
  for (let y = 0, i = 0; y < size; y++) {
    for (let x = 0; x < size; x++, i++) {
      const vignette = 1 - shading * ((x - cx) ** 2 + (y - cy) ** 2) / (0.5 * size * size);
      const photons = (sharp[i] + 0.12 * wide[i] + background * (1 + 0.4 * haze[i])) * vignette;
      const counts = random.poisson(Math.max(photons, 0)) + readNoise * random.normal();
      out[i] = Math.max(0, Math.min(255, Math.round(gain * counts)));
    }
  }
  return out;
}

/** Renumbers the labels that survived overlaps and edges from 1 on. */
function compactLabels(labels: Uint16Array): Uint16Array {
  const next = new Map<number, number>([[0, 0]]);
  return labels.map((label) => {
    if (!next.has(label)) next.set(label, next.size);
    return next.get(label)!;
  });
}

/**
 * Makes fluorescence images of nuclei with their labels: clumped, textured and wavering ellipses,
 * some dim, some dying, under uneven light, blurred by the optics and with the camera's noise. The
 * same options give the same images on every machine; each image is a group of its own.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { generateNuclei } from "lib";
 *
 * const { samples } = await generateNuclei({ count: 2, size: 128, seed: 1 });
 * assert.equal(samples[0].image.width, 128);
 * assert.ok(Math.max(...samples[0].labels.data) > 0);
 * ```
 */
export async function generateNuclei(options: NucleiOptions): Promise<Dataset> {
  const { count, size = 256, seed = 0, density = 24 } = options;
  if (!Number.isInteger(count) || count < 1) throw new RangeError(`count is ${count}: ask for at least one image`);
  if (!Number.isInteger(size) || size < 32) throw new RangeError(`size is ${size}: ask for at least 32 pixels`);
  const samples: Sample[] = [];
  for (let i = 0; i < count; i++) {
    const random = new Random(seed, i, 0x2c1e);
    const field = drawField(size, density * random.uniform(0.4, 1.6), random);
    const id = `nuclei-${String(i).padStart(4, "0")}`;
    samples.push({
      id,
      group: id,
      image: { width: size, height: size, channels: 1, bits: 8, data: photograph(field, random) },
      labels: { width: size, height: size, data: compactLabels(field.labels) },
    });
  }
  return await makeDataset("generated-nuclei", samples);
}
