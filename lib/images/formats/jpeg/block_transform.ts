/** A plane's samples. */
export type Samples = Uint8Array | Uint16Array;

/**
 * Transforms a block's coefficients into samples with the rounding of libjpeg's accurate integer method ("islow"), so
 * that the values agree with most other programs.
 *
 * @param coefficients `[8, 8]` from index `at`
 * @param quantization the factors of the coefficients, `[8, 8]`
 * @param samples receives the samples, from `offset` in rows of `stride`
 */
export type InverseDct = (
  coefficients: Int16Array,
  at: number,
  quantization: Uint16Array,
  samples: Samples,
  offset: number,
  stride: number,
) => void;
