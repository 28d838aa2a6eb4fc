/** Turns `[height, width, channels]` into `[channels, height, width]`. */
export function toPlanes(values: ArrayLike<number>, channels: number): Float32Array {
  const size = values.length / channels;
  return Float32Array.from({ length: values.length }, (_, i) => values[(i % size) * channels + Math.floor(i / size)]);
}
