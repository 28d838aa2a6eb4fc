import type { Samples } from "../format.ts";

/**
 * Undoes horizontal differencing (TIFF 6.0, section 14): each sample is the sum of the differences up to it in its row
 * and channel, modulo the sample's range. The bits of floating-point samples are summed as integers.
 *
 * @param data `[rows, samplesPerRow]`, changed in place
 * @param stride number of interleaved channels
 */
export function undoDifferences(data: Samples, rows: number, samplesPerRow: number, stride: number): void {
  const words = data instanceof Float32Array
    ? new Uint32Array(data.buffer, data.byteOffset, data.length)
    : data instanceof Float64Array
    ? new BigUint64Array(data.buffer, data.byteOffset, data.length)
    : data;
  if (words instanceof BigUint64Array || words instanceof BigInt64Array) {
    for (let y = 0; y < rows; y++) {
      const end = (y + 1) * samplesPerRow;
      for (let i = y * samplesPerRow + stride; i < end; i++) words[i] += words[i - stride];
    }
    return;
  }
  for (let y = 0; y < rows; y++) {
    const end = (y + 1) * samplesPerRow;
    for (let i = y * samplesPerRow + stride; i < end; i++) words[i] += words[i - stride];
  }
}

/**
 * Undoes the floating-point predictor (TIFF technical note 3): in each row, the bytes are differences, and sorted by
 * significance, all highest bytes first.
 *
 * @param bytes `[rows, samplesPerRow * size]`
 * @param size bytes of a sample
 * @returns the samples' bytes, little-endian
 */
export function undoFloatPredictor(
  bytes: Uint8Array,
  { rows, samplesPerRow, stride, size }: { rows: number; samplesPerRow: number; stride: number; size: number },
): Uint8Array {
  const length = samplesPerRow * size, out = new Uint8Array(rows * length);
  const row = new Uint8Array(length);
  for (let y = 0; y < rows; y++) {
    row.set(bytes.subarray(y * length, (y + 1) * length));
    for (let i = stride; i < length; i++) row[i] += row[i - stride];
    for (let k = 0; k < size; k++) {
      const to = y * length + size - 1 - k;
      for (let x = 0, at = k * samplesPerRow; x < samplesPerRow; x++) out[to + x * size] = row[at++];
    }
  }
  return out;
}
