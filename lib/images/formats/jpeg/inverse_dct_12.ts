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
import type { InverseDct } from "./block_transform.ts";

/** Fractional bits of the values between the passes. */
const FRACTION = 1;
const CENTRE = 2048, LARGEST = 4095;
const work = new Int32Array(64), transposed = new Int32Array(64);

/** Transforms the columns of `input` to rows of `output`, and shifts to the right with rounding. */
function transformColumns(input: Int32Array, output: Int32Array, shift: number): void {
  const half = 1 << (shift - 1);
  for (let i = 0; i < 8; i++) {
    const d0 = input[i], d1 = input[i + 8], d2 = input[i + 16], d3 = input[i + 24];
    const d4 = input[i + 32], d5 = input[i + 40], d6 = input[i + 48], d7 = input[i + 56];
    // Even part, including the rounding.
    const z1 = Math.imul(d2 + d6, F_0_541);
    const t0 = ((d0 + d4) << SCALE) + half | 0, t1 = ((d0 - d4) << SCALE) + half | 0;
    const t2 = z1 - Math.imul(d6, F_1_847) | 0, t3 = z1 + Math.imul(d2, F_0_765) | 0;
    const e0 = t0 + t3 | 0, e1 = t1 + t2 | 0, e2 = t1 - t2 | 0, e3 = t0 - t3 | 0;
    // Odd part.
    const z5 = Math.imul(d1 + d3 + d5 + d7, F_1_175);
    const z3 = z5 - Math.imul(d3 + d7, F_1_961) | 0, z4 = z5 - Math.imul(d1 + d5, F_0_390) | 0;
    const y1 = Math.imul(d7 + d1, -F_0_899), y2 = Math.imul(d5 + d3, -F_2_562);
    const o0 = Math.imul(d7, F_0_298) + y1 + z3 | 0, o1 = Math.imul(d5, F_2_053) + y2 + z4 | 0;
    const o2 = Math.imul(d3, F_3_072) + y2 + z3 | 0, o3 = Math.imul(d1, F_1_501) + y1 + z4 | 0;
    const at = 8 * i;
    output[at] = (e0 + o3) >> shift;
    output[at + 1] = (e1 + o2) >> shift;
    output[at + 2] = (e2 + o1) >> shift;
    output[at + 3] = (e3 + o0) >> shift;
    output[at + 4] = (e3 - o0) >> shift;
    output[at + 5] = (e2 - o1) >> shift;
    output[at + 6] = (e1 - o2) >> shift;
    output[at + 7] = (e0 - o3) >> shift;
  }
}

/** {@linkcode InverseDct} for 12-bit samples. */
export const inverseDct12: InverseDct = (coefficients, at, quantization, samples, offset, stride) => {
  for (let i = 0; i < 64; i++) work[i] = Math.imul(coefficients[at + i], quantization[i]);
  transformColumns(work, transposed, SCALE - FRACTION);
  transformColumns(transposed, work, SCALE + FRACTION + 3);
  for (let i = 0; i < 64; i++) {
    samples[offset + (i >> 3) * stride + (i & 7)] = Math.max(0, Math.min(LARGEST, work[i] + CENTRE));
  }
};
