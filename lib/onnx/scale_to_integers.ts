/** Largest value of int16; the smallest is not used. */
const MOST = 2 ** 15 - 1;

/**
 * Writes weights as int16 with a scale for each output channel. The error is at most 1.5 · 10⁻⁵ of the channel's largest
 * weight; float16 rounds that weight by up to 2.4 · 10⁻⁴.
 *
 * @param values finite, an output channel after the other
 * @returns the integers, and the factors that make them weights again
 */
export function scaleToIntegers(
  values: Float32Array,
  channels: number,
): { integers: Int16Array; scales: Float32Array } {
  const length = values.length / channels,
    integers = new Int16Array(values.length),
    scales = new Float32Array(channels);
  for (let c = 0; c < channels; c++) {
    const channel = values.subarray(c * length, (c + 1) * length);
    let largest = 0;
    for (const value of channel) largest = Math.max(largest, Math.abs(value));
    // A subnormal scale would be 0 in float32.
    const scale = scales[c] = Math.max(largest / MOST, 2 ** -126);
    for (let i = 0; i < length; i++) integers[c * length + i] = Math.round(channel[i] / scale);
  }
  return { integers, scales };
}
