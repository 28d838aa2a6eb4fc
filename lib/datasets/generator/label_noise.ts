import { type Dataset, makeDataset } from "../dataset.ts";
import type { LabelImage } from "../../images/image.ts";
import { Random } from "../../math/random.ts";

/** Simulated errors of annotators. */
export interface LabelNoise {
  /** Fraction of the objects that are missing, 0 to 1. Default 0. */
  missed?: number;
  /** Distance in pixels by which each object is shifted, in a random direction. Default 0. */
  shifted?: number;
  /** Distance in pixels by which objects are dilated, or eroded if negative. Default 0. */
  dilated?: number;
}

/** Lists the offsets within a disc. */
function disc(radius: number): [number, number][] {
  const reach = Math.ceil(radius), offsets: [number, number][] = [];
  for (let dy = -reach; dy <= reach; dy++) {
    for (let dx = -reach; dx <= reach; dx++) if (dx * dx + dy * dy <= radius * radius) offsets.push([dx, dy]);
  }
  return offsets;
}

function grow({ data, width, height }: LabelImage, pixels: number): LabelImage["data"] {
  const out = data.slice();
  // A free pixel is assigned to the nearest object.
  const offsets = disc(pixels).sort(([a, b], [c, d]) => a * a + b * b - c * c - d * d);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      if (data[i] > 0) continue;
      for (const [dx, dy] of offsets) {
        const u = x + dx, v = y + dy;
        if (u >= 0 && v >= 0 && u < width && v < height && data[v * width + u] > 0) {
          out[i] = data[v * width + u];
          break;
        }
      }
    }
  }
  return out;
}

function shrink({ data, width, height }: LabelImage, pixels: number): LabelImage["data"] {
  const offsets = disc(pixels);
  return data.map((label, i) => {
    const x = i % width, y = Math.floor(i / width);
    const whole = offsets.every(([dx, dy]) => {
      const u = x + dx, v = y + dy;
      return u < 0 || v < 0 || u >= width || v >= height || data[v * width + u] === label;
    });
    return whole ? label : 0;
  });
}

/** Adds errors to the labels of one image. */
function spoil(labels: LabelImage, { missed = 0, shifted = 0, dilated = 0 }: LabelNoise, random: Random): LabelImage {
  const { width, height } = labels;
  let data: LabelImage["data"] = labels.data.slice();
  const numbers = [...new Set(data)].filter((label) => label > 0).sort((a, b) => a - b);
  const dropped = new Set(numbers.filter(() => random.next() < missed));
  data = data.map((label) => dropped.has(label) ? 0 : label);
  if (shifted > 0) {
    const moves = new Map(numbers.map((label) => {
      const angle = random.uniform(0, 2 * Math.PI);
      return [label, [Math.round(shifted * Math.cos(angle)), Math.round(shifted * Math.sin(angle))]];
    }));
    const moved = data instanceof Uint16Array ? new Uint16Array(data.length) : new Uint32Array(data.length);
    data.forEach((label, i) => {
      if (label === 0) return;
      const [dx, dy] = moves.get(label)!;
      const x = i % width + dx, y = Math.floor(i / width) + dy;
      if (x >= 0 && y >= 0 && x < width && y < height) moved[y * width + x] = label;
    });
    data = moved;
  }
  if (dilated > 0) data = grow({ width, height, data }, dilated);
  if (dilated < 0) data = shrink({ width, height, data }, -dilated);
  return { width, height, data };
}

/**
 * Adds known errors to the labels of a data set: missing objects, and shifted, dilated or eroded outlines. Images are
 * unchanged.
 *
 * @param seed seed of the choice of objects and directions
 * @throws {RangeError} for invalid fractions or distances.
 */
export async function withLabelNoise(dataset: Dataset, noise: LabelNoise, seed = 0): Promise<Dataset> {
  const { missed = 0, shifted = 0, dilated = 0 } = noise;
  if (!(missed >= 0 && missed <= 1)) throw new RangeError(`missed is ${missed}: give a fraction from 0 to 1`);
  if (!(shifted >= 0 && shifted <= 50)) throw new RangeError(`shifted is ${shifted}: give 0 to 50 pixels`);
  if (!(Math.abs(dilated) <= 50)) throw new RangeError(`dilated is ${dilated}: give −50 to 50 pixels`);
  const samples = dataset.samples.map((sample, i) => ({
    ...sample,
    labels: spoil(sample.labels, noise, new Random(seed, i, 0x1abe1)),
  }));
  return await makeDataset(`${dataset.name}-noisy`, samples);
}
