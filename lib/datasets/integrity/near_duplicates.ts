import { SYMMETRIES, type Symmetry } from "../../math/symmetries.ts";
import type { Dataset } from "../dataset.ts";
import { EXTREME_FACTOR, removeHotPixels } from "../../images/hot_pixels.ts";
import { type Image, luminance } from "../../images/image.ts";

/** Two images with the same content. */
export interface NearDuplicate {
  /** Id of the first image. */
  a: string;
  /** Id of the second image. */
  b: string;
  /** Pearson's correlation of their pixels, under the best symmetry. */
  correlation: number;
  /** Whether they belong to the same group. */
  sameGroup: boolean;
}

/** Side of the reduced image that is hashed, and of the block of its low frequencies that is used. */
const SIDE = 32, FREQUENCIES = 8;
/** Maximum number of bits (of 63) in which the hashes of candidates differ. */
const MAX_BITS = 18;
/** Minimum correlation of images with the same content. */
const MIN_CORRELATION = 0.95;

/** Computes the luminance without hot pixels: a single one could dominate a correlation. */
function toGrey(image: Image): Float32Array {
  return luminance(removeHotPixels(image, EXTREME_FACTOR));
}

/** Reduces an image to the mean of each cell of a grid. */
function shrink(grey: ArrayLike<number>, width: number, height: number, columns: number, rows: number): Float64Array {
  const sums = new Float64Array(columns * rows), counts = new Float64Array(columns * rows);
  const targetColumn = Int32Array.from({ length: width }, (_, x) => Math.floor(x * columns / width));
  for (let y = 0, i = 0; y < height; y++) {
    const row = Math.floor(y * rows / height) * columns;
    for (let x = 0; x < width; x++, i++) {
      sums[row + targetColumn[x]] += grey[i];
      counts[row + targetColumn[x]]++;
    }
  }
  return sums.map((sum, cell) => sum / Math.max(1, counts[cell]));
}

const COSINES = Float64Array.from(
  { length: FREQUENCIES * SIDE },
  (_, i) => Math.cos(Math.PI * (i % SIDE + 0.5) * Math.floor(i / SIDE) / SIDE),
);

/**
 * Computes the lowest frequencies of an image's discrete cosine transform, `[FREQUENCIES, FREQUENCIES]`: vertical, then
 * horizontal.
 */
function lowFrequencies(image: Image): Float64Array {
  const { width, height } = image;
  // The square root increases the weight of dim structure.
  const small = shrink(toGrey(image), width, height, SIDE, SIDE).map((v) => Math.sqrt(Math.max(0, v)));
  const half = new Float64Array(SIDE * FREQUENCIES);
  for (let y = 0; y < SIDE; y++) {
    for (let u = 0; u < FREQUENCIES; u++) {
      let sum = 0;
      for (let x = 0; x < SIDE; x++) sum += small[y * SIDE + x] * COSINES[u * SIDE + x];
      half[y * FREQUENCIES + u] = sum;
    }
  }
  const out = new Float64Array(FREQUENCIES * FREQUENCIES);
  for (let v = 0; v < FREQUENCIES; v++) {
    for (let u = 0; u < FREQUENCIES; u++) {
      for (let y = 0; y < SIDE; y++) out[v * FREQUENCIES + u] += half[y * FREQUENCIES + u] * COSINES[v * SIDE + y];
    }
  }
  return out;
}

/**
 * Computes a perceptual hash after Zauner (2010): the signs of the low frequencies. Mirroring changes the sign of odd
 * frequencies, so that one transform gives the hashes of all eight symmetries.
 */
function hash(frequencies: Float64Array, { transpose, rows, columns }: Symmetry): Uint32Array {
  const values: number[] = [];
  for (let v = 0; v < FREQUENCIES; v++) {
    for (let u = 0; u < FREQUENCIES; u++) {
      if (u === 0 && v === 0) continue;
      const value = transpose ? frequencies[u * FREQUENCIES + v] : frequencies[v * FREQUENCIES + u];
      const sign = (rows && v % 2 === 1 ? -1 : 1) * (columns && u % 2 === 1 ? -1 : 1);
      values.push(sign * value);
    }
  }
  const bits = new Uint32Array(2);
  values.forEach((value, i) => {
    if (value > 0) bits[i >> 5] |= 1 << (i & 31);
  });
  return bits;
}

function countBits(word: number): number {
  word -= (word >>> 1) & 0x55555555;
  word = (word & 0x33333333) + ((word >>> 2) & 0x33333333);
  return Math.imul((word + (word >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/** Computes Pearson's correlation; NaN if one of the arrays is constant. */
export function correlation(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sumA = 0, sumB = 0;
  for (let i = 0; i < a.length; i++) {
    sumA += a[i];
    sumB += b[i];
  }
  const meanA = sumA / a.length, meanB = sumB / a.length;
  let ab = 0, aa = 0, bb = 0;
  for (let i = 0; i < a.length; i++) {
    const da = a[i] - meanA, db = b[i] - meanB;
    ab += da * db;
    aa += da * da;
    bb += db * db;
  }
  return ab / Math.sqrt(aa * bb);
}

/** Applies a symmetry to an image; transposing exchanges height and width. */
function mirrored(grey: ArrayLike<number>, width: number, height: number, { transpose, rows, columns }: Symmetry) {
  const [w, h] = transpose ? [height, width] : [width, height];
  const out = new Float64Array(w * h);
  for (let y = 0, i = 0; y < h; y++) {
    const v = rows ? h - 1 - y : y;
    for (let x = 0; x < w; x++, i++) {
      const u = columns ? w - 1 - x : x;
      out[i] = transpose ? grey[u * width + v] : grey[v * width + u];
    }
  }
  return { pixels: out, width: w, height: h };
}

/**
 * Computes the best correlation of two images under the given symmetries; on a common coarser grid if their sizes
 * differ.
 */
function bestCorrelation(a: Image, b: Image, mirrors: readonly Symmetry[]): number {
  const greyA = toGrey(a), greyB = toGrey(b);
  let best = -1;
  for (const mirror of mirrors) {
    const turned = mirrored(greyB, b.width, b.height, mirror);
    let value: number;
    if (turned.width === a.width && turned.height === a.height) value = correlation(greyA, turned.pixels);
    else {
      const columns = Math.min(128, a.width, turned.width), rows = Math.min(128, a.height, turned.height);
      value = correlation(
        shrink(greyA, a.width, a.height, columns, rows),
        shrink(turned.pixels, turned.width, turned.height, columns, rows),
      );
    }
    if (value > best) best = value;
  }
  return best;
}

/**
 * Finds pairs of images with the same content, including rotated and mirrored ones. A perceptual hash selects the
 * candidates; a pair counts if its pixels correlate at 0.95 or more.
 *
 * @param onProgress called with the fraction done, 0 to 1
 */
export function nearDuplicates(dataset: Dataset, onProgress?: (done: number) => void): NearDuplicate[] {
  const { samples } = dataset;
  const frequencies = samples.map(({ image }) => lowFrequencies(image));
  const hashes = frequencies.map((block) => SYMMETRIES.map((mirror) => hash(block, mirror)));
  const found: NearDuplicate[] = [];
  for (let i = 0; i < samples.length; i++) {
    const [plain0, plain1] = hashes[i][0];
    for (let j = i + 1; j < samples.length; j++) {
      const near = SYMMETRIES.filter((_, m) =>
        countBits(plain0 ^ hashes[j][m][0]) + countBits(plain1 ^ hashes[j][m][1]) <= MAX_BITS
      );
      if (near.length === 0) continue;
      const value = bestCorrelation(samples[i].image, samples[j].image, near);
      if (value < MIN_CORRELATION) continue;
      found.push({
        a: samples[i].id,
        b: samples[j].id,
        correlation: value,
        sameGroup: samples[i].group === samples[j].group,
      });
    }
    onProgress?.((i + 1) / samples.length);
  }
  return found;
}
