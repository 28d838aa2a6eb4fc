import {
  F_0_298,
  F_0_390,
  F_0_541,
  F_0_765,
  F_0_899,
  F_1_175,
  F_1_501,
  F_1_847,
  F_1_961,
  F_2_053,
  F_2_562,
  F_3_072,
  SCALE,
} from "./dct_constants.ts";
import type { InverseDct, Samples } from "./block_transform.ts";

/** Fractional bits of the values between the passes. */
const FRACTION = 2;
const CENTRE = 128;
const FIRST_SHIFT = SCALE - FRACTION, FIRST_HALF = 1 << (FIRST_SHIFT - 1);
const LAST_SHIFT = SCALE + FRACTION + 3, LAST_HALF = 1 << (LAST_SHIFT - 1);
const work = new Int32Array(64);

/** Clamps a number to 16 bits. */
const saturate = (value: number) => value < -0x8000 ? -0x8000 : value > 0x7fff ? 0x7fff : value;
/** Shifts a level to a sample and clamps it to the range of samples. */
const clamp = (level: number) => level < -CENTRE ? 0 : level >= CENTRE ? 2 * CENTRE - 1 : level + CENTRE;

/**
 * {@linkcode InverseDct} for 8-bit samples. Products and sums wrap around, and values between the passes saturate, as
 * in the 16-bit registers of libjpeg-turbo's vector code; this only affects damaged files. The two passes are separate
 * functions with constant shifts by 16, which takes a third of the time of one function for both.
 */
export const inverseDct8: InverseDct = (coefficients, at, quantization, samples, offset, stride) => {
  transformColumns(coefficients, at, quantization);
  transformRows(samples, offset, stride);
};

/** Computes the first pass for a column in which only the first coefficient is non-zero. */
function scaleFlatColumn(d0: number, coefficients: Int16Array, at: number): number {
  const level = d0 << FRACTION, wrapped = level << 16 >> 16;
  if (level === wrapped) return level;
  // If all columns are flat, the vector code shifts them, which wraps around.
  return coefficients.subarray(at + 8, at + 64).some((value) => value !== 0) ? saturate(level) : wrapped;
}

function transformColumns(coefficients: Int16Array, at: number, quantization: Uint16Array): void {
  for (let i = 0; i < 8; i++) {
    const from = at + i;
    const c1 = coefficients[from + 8], c2 = coefficients[from + 16], c3 = coefficients[from + 24];
    const c4 = coefficients[from + 32], c5 = coefficients[from + 40], c6 = coefficients[from + 48];
    const c7 = coefficients[from + 56];
    const d0 = Math.imul(coefficients[from], quantization[i]) << 16 >> 16;
    if ((c1 | c2 | c3 | c4 | c5 | c6 | c7) === 0) {
      const level = scaleFlatColumn(d0, coefficients, at);
      work[i] = level;
      work[i + 8] = level;
      work[i + 16] = level;
      work[i + 24] = level;
      work[i + 32] = level;
      work[i + 40] = level;
      work[i + 48] = level;
      work[i + 56] = level;
      continue;
    }
    const d1 = Math.imul(c1, quantization[i + 8]) << 16 >> 16, d2 = Math.imul(c2, quantization[i + 16]) << 16 >> 16;
    const d3 = Math.imul(c3, quantization[i + 24]) << 16 >> 16, d4 = Math.imul(c4, quantization[i + 32]) << 16 >> 16;
    const d5 = Math.imul(c5, quantization[i + 40]) << 16 >> 16, d6 = Math.imul(c6, quantization[i + 48]) << 16 >> 16;
    const d7 = Math.imul(c7, quantization[i + 56]) << 16 >> 16;
    // Even part, with the rounding.
    const z1 = Math.imul(d2 + d6, F_0_541);
    const t0 = ((d0 + d4) << 16 >> 16 << SCALE) + FIRST_HALF | 0,
      t1 = ((d0 - d4) << 16 >> 16 << SCALE) + FIRST_HALF | 0;
    const t2 = z1 - Math.imul(d6, F_1_847) | 0, t3 = z1 + Math.imul(d2, F_0_765) | 0;
    const e0 = t0 + t3 | 0, e1 = t1 + t2 | 0, e2 = t1 - t2 | 0, e3 = t0 - t3 | 0;
    // Odd part.
    const s3 = (d7 + d3) << 16 >> 16, s4 = (d5 + d1) << 16 >> 16;
    const z5 = Math.imul(s3 + s4, F_1_175);
    const z3 = z5 - Math.imul(s3, F_1_961) | 0, z4 = z5 - Math.imul(s4, F_0_390) | 0;
    const y1 = Math.imul(d7 + d1, -F_0_899), y2 = Math.imul(d5 + d3, -F_2_562);
    const o0 = Math.imul(d7, F_0_298) + y1 + z3 | 0, o1 = Math.imul(d5, F_2_053) + y2 + z4 | 0;
    const o2 = Math.imul(d3, F_3_072) + y2 + z3 | 0, o3 = Math.imul(d1, F_1_501) + y1 + z4 | 0;
    work[i] = saturate((e0 + o3) >> FIRST_SHIFT);
    work[i + 8] = saturate((e1 + o2) >> FIRST_SHIFT);
    work[i + 16] = saturate((e2 + o1) >> FIRST_SHIFT);
    work[i + 24] = saturate((e3 + o0) >> FIRST_SHIFT);
    work[i + 32] = saturate((e3 - o0) >> FIRST_SHIFT);
    work[i + 40] = saturate((e2 - o1) >> FIRST_SHIFT);
    work[i + 48] = saturate((e1 - o2) >> FIRST_SHIFT);
    work[i + 56] = saturate((e0 - o3) >> FIRST_SHIFT);
  }
}

function transformRows(samples: Samples, offset: number, stride: number): void {
  for (let row = 0, to = offset; row < 64; row += 8, to += stride) {
    const d0 = work[row], d1 = work[row + 1], d2 = work[row + 2], d3 = work[row + 3];
    const d4 = work[row + 4], d5 = work[row + 5], d6 = work[row + 6], d7 = work[row + 7];
    // Even part, with the rounding.
    const z1 = Math.imul(d2 + d6, F_0_541);
    const t0 = ((d0 + d4) << 16 >> 16 << SCALE) + LAST_HALF | 0, t1 = ((d0 - d4) << 16 >> 16 << SCALE) + LAST_HALF | 0;
    const t2 = z1 - Math.imul(d6, F_1_847) | 0, t3 = z1 + Math.imul(d2, F_0_765) | 0;
    const e0 = t0 + t3 | 0, e1 = t1 + t2 | 0, e2 = t1 - t2 | 0, e3 = t0 - t3 | 0;
    // Odd part.
    const s3 = (d7 + d3) << 16 >> 16, s4 = (d5 + d1) << 16 >> 16;
    const z5 = Math.imul(s3 + s4, F_1_175);
    const z3 = z5 - Math.imul(s3, F_1_961) | 0, z4 = z5 - Math.imul(s4, F_0_390) | 0;
    const y1 = Math.imul(d7 + d1, -F_0_899), y2 = Math.imul(d5 + d3, -F_2_562);
    const o0 = Math.imul(d7, F_0_298) + y1 + z3 | 0, o1 = Math.imul(d5, F_2_053) + y2 + z4 | 0;
    const o2 = Math.imul(d3, F_3_072) + y2 + z3 | 0, o3 = Math.imul(d1, F_1_501) + y1 + z4 | 0;
    samples[to] = clamp((e0 + o3) >> LAST_SHIFT);
    samples[to + 1] = clamp((e1 + o2) >> LAST_SHIFT);
    samples[to + 2] = clamp((e2 + o1) >> LAST_SHIFT);
    samples[to + 3] = clamp((e3 + o0) >> LAST_SHIFT);
    samples[to + 4] = clamp((e3 - o0) >> LAST_SHIFT);
    samples[to + 5] = clamp((e2 - o1) >> LAST_SHIFT);
    samples[to + 6] = clamp((e1 - o2) >> LAST_SHIFT);
    samples[to + 7] = clamp((e0 - o3) >> LAST_SHIFT);
  }
}
