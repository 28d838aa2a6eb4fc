/** A plane's samples. */
export type Samples = Uint8Array | Uint16Array;

/**
 * Turns a block's coefficients into samples with the rounding of libjpeg's accurate integer method ("islow"), so that
 * the numbers are those of most other programs.
 *
 * @param coefficients `[8, 8]` from place `at`
 * @param quantization what they are multiplied by, `[8, 8]`
 * @param samples where the samples are put, from `offset` in rows of `stride`
 */
export type InverseDct = (
  coefficients: Int16Array,
  at: number,
  quantization: Uint16Array,
  samples: Samples,
  offset: number,
  stride: number,
) => void;
