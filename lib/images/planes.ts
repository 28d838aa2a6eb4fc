/**
 * Copies `[height × width, channels]` to `[channels, height × width]`.
 *
 * @param needed number of planes: that of the channels, or any number of copies of a single channel
 */
export function toPlanes(pixels: ArrayLike<number>, channels: number, needed = channels): Float32Array<ArrayBuffer> {
  const size = pixels.length / channels, planes = new Float32Array(size * needed);
  for (let c = 0; c < needed; c++) {
    const from = channels === 1 ? 0 : c;
    for (let i = 0; i < size; i++) planes[c * size + i] = pixels[i * channels + from];
  }
  return planes;
}

/** Copies `[channels, height × width]` to `[height × width, channels]`. */
export function fromPlanes(planes: Float32Array, channels: number): Float32Array {
  if (channels === 1) return planes;
  const size = planes.length / channels, pixels = new Float32Array(planes.length);
  for (let c = 0; c < channels; c++) for (let i = 0; i < size; i++) pixels[i * channels + c] = planes[c * size + i];
  return pixels;
}
