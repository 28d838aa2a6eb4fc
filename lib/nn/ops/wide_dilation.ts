import { currentDevice, customOp, tf } from "../../tensorflow/mod.ts";

/** A range of rows or columns, and the taps (−1, 0, 1) that meet pixels there. */
interface Band {
  start: number;
  length: number;
  taps: number[];
}

/**
 * Returns the ranges in which each of a kernel's three taps meets pixels, for a dilation of at least half the length.
 */
function tapBands(length: number, dilation: number): Band[] {
  const reach = Math.max(0, length - dilation);
  if (reach === 0) return [{ start: 0, length, taps: [0] }];
  const middle = { start: reach, length: length - 2 * reach, taps: [0] };
  return [
    { start: 0, length: reach, taps: [0, 1] },
    ...(middle.length > 0 ? [middle] : []),
    { start: dilation, length: reach, taps: [-1, 0] },
  ];
}

/**
 * Returns whether the outer taps of a 3 × 3 convolution meet so few pixels that {@linkcode wideDilation} is faster on a
 * CPU.
 */
export function isWide(height: number, width: number, dilation: number): boolean {
  return currentDevice() === "CPU" && dilation >= 2 && 2 * dilation >= height && 2 * dilation >= width;
}

/** The products of a convolution: of all channels with all, or of each channel with itself. */
interface Product {
  /** Sums pixels times weights over the taps: `[batch, rows, columns, in]` and `[1, in, out]` each. */
  apply(pixels: tf.Tensor4D[], weights: tf.Tensor[]): tf.Tensor4D;
  /** Computes the gradient by the weights of one tap. */
  weightGradient(pixels: tf.Tensor4D, dy: tf.Tensor4D): tf.Tensor;
  /** Returns the kernel of the gradient by the input: taps reversed, channels swapped. */
  reversed(kernel: tf.Tensor4D): tf.Tensor4D;
}

const asRows = (x: tf.Tensor4D) => tf.reshape(x, [-1, x.shape[3]]) as tf.Tensor2D;

const FULL: Product = {
  apply(pixels, weights) {
    const [batch, rows, columns] = pixels[0].shape;
    const outChannels = weights[0].shape.at(-1)!;
    const joined = asRows(pixels.length > 1 ? tf.concat(pixels, 3) : pixels[0]);
    const matrix = (weights.length > 1 ? tf.concat(weights, 0) : weights[0]) as tf.Tensor2D;
    return tf.reshape(tf.matMul(joined, matrix), [batch, rows, columns, outChannels]);
  },
  weightGradient: (pixels, dy) => tf.matMul(asRows(pixels), asRows(dy), true),
  reversed: (kernel) => tf.transpose(tf.reverse(kernel, [0, 1]), [0, 1, 3, 2]) as tf.Tensor4D,
};

const DEPTHWISE: Product = {
  apply: (pixels, weights) => tf.addN(pixels.map((x, i) => tf.mul(x, weights[i]))) as tf.Tensor4D,
  weightGradient: (pixels, dy) => tf.sum(tf.mul(pixels, dy), [0, 1, 2]),
  reversed: (kernel) => tf.reverse(kernel, [0, 1]) as tf.Tensor4D,
};

function block(x: tf.Tensor4D, row: number, column: number, height: number, width: number): tf.Tensor4D {
  return tf.slice(x, [0, row, column, 0], [-1, height, width, -1]);
}

function convolve(x: tf.Tensor4D, kernel: tf.Tensor4D, dilation: number, product: Product): tf.Tensor4D {
  const [, height, width] = x.shape;
  const [, , inChannels, outChannels] = kernel.shape;
  const taps = tf.unstack(tf.reshape(kernel, [9, inChannels, outChannels]));
  const rows = tapBands(height, dilation).map((band) => {
    const blocks = tapBands(width, dilation).map((across) => {
      const pixels: tf.Tensor4D[] = [], weights: tf.Tensor[] = [];
      for (const a of band.taps) {
        for (const b of across.taps) {
          const [row, column] = [band.start + a * dilation, across.start + b * dilation];
          pixels.push(block(x, row, column, band.length, across.length));
          weights.push(taps[3 * (a + 1) + b + 1]);
        }
      }
      return product.apply(pixels, weights);
    });
    return blocks.length > 1 ? tf.concat(blocks, 2) : blocks[0];
  });
  return rows.length > 1 ? tf.concat(rows, 1) : rows[0];
}

function kernelGradient(x: tf.Tensor4D, dy: tf.Tensor4D, dilation: number, product: Product, shape: number[]) {
  const [, height, width] = x.shape;
  const gradients: tf.Tensor[] = [];
  for (const a of [-1, 0, 1]) {
    for (const b of [-1, 0, 1]) {
      const [rows, columns] = [height - Math.abs(a) * dilation, width - Math.abs(b) * dilation];
      const [row, column] = [Math.max(0, -a * dilation), Math.max(0, -b * dilation)];
      if (rows <= 0 || columns <= 0) gradients.push(tf.zeros(shape.slice(2)));
      else {
        const pixels = block(x, row + a * dilation, column + b * dilation, rows, columns);
        gradients.push(
          tf.reshape(product.weightGradient(pixels, block(dy, row, column, rows, columns)), shape.slice(2)),
        );
      }
    }
  }
  return tf.reshape(tf.stack(gradients), shape);
}

/**
 * Computes a 3 × 3 convolution with stride 1 and padding equal to its dilation, if the dilation is at least half the
 * map. Most taps then meet only padding, and those products are skipped. If each outer tap meets a quarter of the map's
 * pixels, the convolution takes a quarter of the work.
 *
 * @param x `[batch, height, width, inChannels]`
 * @param kernel `[3, 3, inChannels, outChannels]`, or `[3, 3, 1, channels]` if depthwise
 * @param depthwise whether the convolution is depthwise
 * @returns `[batch, height, width, outChannels]`
 */
export function wideDilation(x: tf.Tensor4D, kernel: tf.Tensor4D, dilation: number, depthwise = false): tf.Tensor4D {
  const product = depthwise ? DEPTHWISE : FULL;
  return customOp<tf.Tensor4D>({
    inputs: { x, kernel },
    forward: (save) => {
      save([x, kernel]);
      return convolve(x, kernel, dilation, product);
    },
    backward: (dy, [x, kernel]) => ({
      x: () => convolve(dy, product.reversed(kernel as tf.Tensor4D), dilation, product),
      kernel: () => kernelGradient(x as tf.Tensor4D, dy, dilation, product, kernel.shape),
    }),
  });
}
