/** The place of each axis of `[batch, height, width, channels]` in ONNX's `[batch, channels, height, width]`. */
const AXES = [0, 2, 3, 1];

/**
 * Returns the axis in ONNX's layout.
 *
 * @param axis counted from 0, or from the end if negative
 * @param rank number of axes; only four have another order
 */
export function onnxAxis(axis: number, rank: number): number {
  const positive = axis < 0 ? axis + rank : axis;
  return rank === 4 ? AXES[positive] : positive;
}

/**
 * Brings a kernel into ONNX's layout.
 *
 * @param values `[height, width, in, out]`
 * @param shape shape of `values`
 * @returns `[out, in, height, width]`
 */
export function onnxKernel(values: ArrayLike<number>, [height, width, input, out]: readonly number[]): Float32Array {
  const turned = new Float32Array(height * width * input * out), area = height * width;
  for (let pixel = 0, at = 0; pixel < area; pixel++) {
    for (let i = 0; i < input; i++) {
      for (let o = 0; o < out; o++, at++) turned[(o * input + i) * area + pixel] = values[at];
    }
  }
  return turned;
}

/**
 * Brings a constant that is added to maps or multiplied by them into ONNX's layout.
 *
 * @param shape that of the constant, which broadcasts to `[batch, height, width, channels]`
 * @returns a shape that broadcasts to `[batch, channels, height, width]`; absent if the values would have another order
 */
export function onnxBroadcast(shape: readonly number[]): number[] | undefined {
  const [batch, height, width, channels] = [...Array(4 - shape.length).fill(1), ...shape];
  const sides = [batch, channels, height, width];
  if (channels > 1 && (height > 1 || width > 1)) return undefined;
  return shape.length === 0 ? [] : sides;
}
