import type { Image } from "lib";

/** A label image with what scikit-image measures; tests/fixtures/make_object_fixtures.py explains it. */
export interface ObjectCase {
  name: string;
  width: number;
  height: number;
  /** Values and lengths of runs in turn. */
  runs: number[];
  image: ImageKind | null;
  spacing: [number, number] | null;
  columns: Record<string, number[]>;
}

/** Depth and number of channels of a made image. */
export type ImageKind = "8" | "16" | "32" | "16x3" | "8x3";

const KINDS = {
  "8": { bits: 8, channels: 1 },
  "16": { bits: 16, channels: 1 },
  "32": { bits: 32, channels: 1 },
  "16x3": { bits: 16, channels: 3 },
  "8x3": { bits: 8, channels: 3 },
} as const;

/** Makes a number in [0, 1) for an index from 1 on, as `hashed` does in Python. */
function hashed(index: number): number {
  let x = Math.imul(index, 2654435761) >>> 0;
  x = (x ^ x >>> 15) >>> 0;
  return (Math.imul(x, 2246822519) >>> 0) / 2 ** 32;
}

/** Makes the image of a case, as `picture` does in Python. */
export function makePicture(kind: ImageKind, width: number, height: number): Image {
  const { bits, channels } = KINDS[kind];
  const count = width * height * channels, seed = 7919 * (bits + channels);
  const data = bits === 8 ? new Uint8Array(count) : bits === 16 ? new Uint16Array(count) : new Float32Array(count);
  for (let i = 0; i < count; i++) {
    const value = hashed(i + 1 + seed);
    data[i] = bits === 32 ? value * 3000 - 1000 : Math.floor(value * 2 ** bits);
  }
  return { width, height, bits, channels, data };
}

/** Unpacks the runs of a case's label image. */
export function unpackRuns(runs: readonly number[], size: number): Uint32Array {
  const data = new Uint32Array(size);
  for (let k = 0, at = 0; k < runs.length; k += 2) data.fill(runs[k], at, at += runs[k + 1]);
  return data;
}

/** Makes the label image of 70,000 small objects, as `many` does in Python. */
export function manyLabels(): { width: number; height: number; data: Uint32Array } {
  const height = 280, width = 502, data = new Uint32Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x += 2) {
      const label = 3 * ((y >> 1) * 251 + (x >> 1) + 1);
      data[y * width + x] = y % 2 ? label + 200_000 : label;
    }
  }
  for (let y = 0; y < height; y += 4) for (let x = 1; x < width; x += 4) data[y * width + x] = data[y * width + x - 1];
  return { width, height, data };
}
