/** A 3 × 3 convolution with stride 1, and padding equal to its dilation. */
interface Convolution {
  batch: number;
  height: number;
  width: number;
  inChannels: number;
  outChannels: number;
  dilation: number;
}

/**
 * Largest error accepted of tiles, relative to the largest number. The transforms of tiles of four pixels multiply by up to eight:
 * see docs/developer/speed.md.
 */
export const PRECISION = { 2: 2e-6, 4: 1.5e-5 } as const;

/** Computes a convolution, and its gradients for `dy`, in float64. */
export function convolveExactly(
  { batch, height, width, inChannels, outChannels, dilation }: Convolution,
  x: ArrayLike<number>,
  kernel: ArrayLike<number>,
  dy: ArrayLike<number>,
): { y: Float64Array; dx: Float64Array; dw: Float64Array } {
  const y = new Float64Array(dy.length), dx = new Float64Array(x.length), dw = new Float64Array(kernel.length);
  for (let i = 0; i < batch * height * width * 9; i++) {
    const [image, place, tap] = [Math.floor(i / 9 / height / width), Math.floor(i / 9) % (height * width), i % 9];
    const row = Math.floor(place / width), column = place % width;
    const fromRow = row + dilation * (Math.floor(tap / 3) - 1), fromColumn = column + dilation * (tap % 3 - 1);
    if (fromRow < 0 || fromRow >= height || fromColumn < 0 || fromColumn >= width) continue;
    const from = ((image * height + fromRow) * width + fromColumn) * inChannels;
    const to = ((image * height + row) * width + column) * outChannels;
    for (let c = 0; c < inChannels; c++) {
      for (let o = 0; o < outChannels; o++) {
        const at = (tap * inChannels + c) * outChannels + o;
        y[to + o] += x[from + c] * kernel[at];
        dx[from + c] += dy[to + o] * kernel[at];
        dw[at] += x[from + c] * dy[to + o];
      }
    }
  }
  return { y, dx, dw };
}
