import { controlDependency, subgraph, tf } from "../../tensorflow/mod.ts";
import { matMul } from "./mat_mul.ts";
import { kernelMatrix } from "../winograd/winograd_matrices.ts";

/**
 * Signs of the six products. The second and the fourth are negated, so that {@linkcode combineProducts} never adds three
 * terms: see `winograd.ts`.
 */
const PRODUCT_SIGN = [1, -1, 1, -1, 1, 1];

const INDICES = [0, 1, 2, 3, 4, 5];

/** Computes `G g Gᵀ` for every pair of channels, with the signs of the products: 36 of `[in, out]`. */
function transformKernel(kernel: tf.Tensor4D): tf.Tensor2D[] {
  const [, , inChannels, outChannels] = kernel.shape;
  const matrix = tf.tensor2d(kernelMatrix(4, PRODUCT_SIGN), [36, 9]);
  const transformed = matMul(matrix, tf.reshape(kernel, [9, inChannels * outChannels]));
  return tf.unstack(tf.reshape(transformed, [36, inChannels, outChannels])) as tf.Tensor2D[];
}

/** Computes `Bᵀ d` along one direction. The parts come in fours; a tile takes those and the next two. */
function combineInputs(x: tf.Tensor3D): tf.Tensor[] {
  const [lines, quads, size] = x.shape;
  const part = (quad: number, index: number) =>
    tf.slice(x, [0, quad, index * size / 4], [lines, quads - 1, size / 4]) as tf.Tensor;
  const [a, b, c, d, e, f] = [part(0, 0), part(0, 1), part(0, 2), part(0, 3), part(1, 0), part(1, 1)];
  const even = tf.sub(e, tf.mul(c, 4)), odd = tf.sub(d, tf.mul(b, 4));
  const far = tf.sub(e, c), twice = tf.mul(tf.sub(d, b), 2);
  return [
    tf.add(tf.mul(tf.sub(a, c), 4), far),
    tf.add(even, odd),
    tf.sub(even, odd),
    tf.add(far, twice),
    tf.sub(far, twice),
    tf.sub(tf.sub(f, d), tf.mul(twice, 2)),
  ];
}

/** Computes `Aᵀ m` along one direction, from products of which the second and the fourth are negative. */
function combineProducts([a, b, c, d, e, f]: tf.Tensor[]): tf.Tensor[] {
  // The negatives of b + c, b − c, d + e and d − e, of the products without their signs.
  const [near, nearOdd, far, farOdd] = [tf.sub(b, c), tf.add(b, c), tf.sub(d, e), tf.add(d, e)];
  return [
    tf.sub(tf.sub(a, near), far),
    tf.sub(tf.mul(farOdd, -2), nearOdd),
    tf.sub(tf.mul(far, -4), near),
    tf.sub(f, tf.add(nearOdd, tf.mul(farOdd, 8))),
  ];
}

/** Convolves padded pixels `[batch, height + 4 · dilation, width + 4 · dilation, inChannels]`. */
function convolveTiles(padded: tf.Tensor4D, weights: tf.Tensor2D[], d: number): tf.Tensor4D {
  const [batch, fullHeight, fullWidth, inChannels] = padded.shape, outChannels = weights[0].shape[1];
  const height = fullHeight - 4 * d, width = fullWidth - 4 * d;
  const products = combineInputs(tf.reshape(padded, [batch, height / (4 * d) + 1, -1])).flatMap((row, i) =>
    combineInputs(tf.reshape(row, [batch * height / 4, width / (4 * d) + 1, 4 * d * inChannels]))
      .map((tile, j) => matMul(tf.reshape(tile, [-1, inChannels]), weights[6 * i + j]))
  );
  // [row of the tile's four][column weight]
  const byRow = INDICES.map((j) => combineProducts(INDICES.map((i) => products[6 * i + j])));
  const rows = [0, 1, 2, 3].map((row) => {
    const columns = combineProducts(byRow.map((products) => products[row]));
    const joined = tf.concat(columns.map((column) => tf.reshape(column, [-1, d * outChannels])), 1);
    return tf.reshape(joined, [-1, d * width * outChannels]);
  });
  return tf.reshape(tf.concat(rows, 1), [batch, height, width, outChannels]);
}

/**
 * Computes a 3 × 3 convolution with stride 1 and padding equal to its dilation, by Winograd's minimal filtering F(4 ×
 * 4, 3 × 3) (Lavin and Gray 2016, https://arxiv.org/abs/1509.09308). Sixteen pixels take 36 products instead of 144. The
 * transforms multiply by up to 8, so that it is less accurate than the direct convolution, and serves inference only.
 *
 * @param x `[batch, height, width, inChannels]`, height and width divisible by `4 · dilation`
 * @param kernel `[3, 3, inChannels, outChannels]`
 * @returns `[batch, height, width, outChannels]`
 */
export function winograd4Conv2d(x: tf.Tensor4D, kernel: tf.Tensor4D, dilation: number): tf.Tensor4D {
  return subgraph(`winograd4_${dilation}`, [x, kernel], (x, kernel) => {
    const weights = transformKernel(controlDependency(kernel, x));
    const padded = tf.pad4d(x, [[0, 0], [dilation, 3 * dilation], [dilation, 3 * dilation], [0, 0]]);
    return convolveTiles(padded, weights, dilation);
  });
}
