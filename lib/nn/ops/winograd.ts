import { controlDependency, subgraph, tf } from "../../tensorflow/mod.ts";
import { matMul } from "./mat_mul.ts";
import { kernelMatrix } from "../winograd/winograd_matrices.ts";

/** Reversing a kernel swaps the first and the last of its four weights. */
const REVERSED = [3, 1, 2, 0];

/**
 * Signs of the four products. The third is negated, so that {@linkcode combineProducts} never adds three terms:
 * TensorFlow's arithmetic optimiser, which runs on fused steps, would turn that into one op with an undefined order of
 * addition.
 */
const PRODUCT_SIGN = [1, 1, -1, 1];

/** Signs of the four transformed gradients: the last is kept without its minus. */
const GRADIENT_SIGN = [1, 1, 1, -1];

/** How a map is cut into tiles. */
interface Tiling {
  batch: number;
  height: number;
  width: number;
  dilation: number;
}

/** Matrix `[16, 9]` that computes (row weight, column weight) from (row tap, column tap), times signs. */
function signedMatrix(signs: readonly number[]): tf.Tensor2D {
  return tf.tensor2d(kernelMatrix(2, signs), [16, 9]);
}

/** Computes `G g Gᵀ` for every pair of channels, with the signs of the products: 16 of `[in, out]`. */
function transformKernel(kernel: tf.Tensor4D): tf.Tensor2D[] {
  const [, , inChannels, outChannels] = kernel.shape;
  const flat = tf.reshape(kernel, [9, inChannels * outChannels]) as tf.Tensor2D;
  const transformed = matMul(signedMatrix(PRODUCT_SIGN), flat);
  return tf.unstack(tf.reshape(transformed, [16, inChannels, outChannels])) as tf.Tensor2D[];
}

/** Computes `Bᵀ d` along one direction. The parts come in pairs; a tile takes the four of two consecutive pairs. */
function combineInputs(x: tf.Tensor3D): tf.Tensor[] {
  const [lines, pairs, size] = x.shape;
  const part = (pair: number, half: number) => tf.slice(x, [0, pair, half * size / 2], [lines, pairs - 1, size / 2]);
  const [a, b, c, d] = [part(0, 0), part(0, 1), part(1, 0), part(1, 1)];
  return [tf.sub(a, c), tf.add(b, c), tf.sub(c, b), tf.sub(b, d)];
}

/**
 * Computes `Bᵀ d B` for all tiles of 4 × 4 pixels, which overlap by two. With a dilation, the pixels of a tile are that
 * far apart. Rows and columns with the same position in different tiles are then neighbours, and are sliced together.
 *
 * @returns 16 of `[tiles, channels]`
 */
function transformInput(x: tf.Tensor4D, { batch, height, width, dilation: d }: Tiling): tf.Tensor2D[] {
  const channels = x.shape[3];
  const padded = tf.pad4d(x, [[0, 0], [d, d], [d, d], [0, 0]]);
  const rowPairs = (height + 2 * d) / (2 * d), columnPairs = (width + 2 * d) / (2 * d);
  return combineInputs(tf.reshape(padded, [batch, rowPairs, -1])).flatMap((row) =>
    combineInputs(tf.reshape(row, [batch * height / 2, columnPairs, 2 * d * channels]))
      .map((tile) => tf.reshape(tile, [-1, channels]) as tf.Tensor2D)
  );
}

/** Computes `Aᵀ m` along one direction, from products of which the third is negative. */
function combineProducts([a, b, c, d]: tf.Tensor[]): tf.Tensor[] {
  return [tf.add(a, tf.sub(b, c)), tf.sub(tf.add(b, c), d)];
}

/** Computes `Aᵀ m A`: the map from 16 products of `[tiles, channels]`. */
function assembleOutput(products: tf.Tensor2D[], { batch, height, width, dilation: d }: Tiling): tf.Tensor4D {
  const channels = products[0].shape[1];
  // [row of the tile's two][column weight]
  const byRow = [0, 1, 2, 3].map((j) => combineProducts([0, 1, 2, 3].map((i) => products[4 * i + j])));
  const rows = [0, 1].map((row) => {
    const columns = combineProducts(byRow.map((products) => products[row]));
    const joined = tf.concat(columns.map((column) => tf.reshape(column, [-1, d * channels])), 1);
    return tf.reshape(joined, [-1, d * width * channels]);
  });
  return tf.reshape(tf.concat(rows, 1), [batch, height, width, channels]);
}

/** Computes `A dy Aᵀ` except for the signs: 16 of `[tiles, channels]`. */
function spreadGradient(dy: tf.Tensor4D, { width, dilation: d }: Tiling): tf.Tensor2D[] {
  const channels = dy.shape[3];
  const halves = (x: tf.Tensor, size: number) => {
    const [first, second] = tf.split(tf.reshape(x, [-1, 2 * size]), 2, 1);
    return [first, tf.add(first, second), tf.sub(first, second), second];
  };
  return halves(dy, d * width * channels).flatMap((row) =>
    halves(row, d * channels).map((tile) => tf.reshape(tile, [-1, channels]) as tf.Tensor2D)
  );
}

function planTiles({ shape: [batch, height, width] }: tf.Tensor4D, dilation: number): Tiling {
  return { batch, height, width, dilation };
}

/**
 * Computes a 3 × 3 convolution with stride 1 and padding equal to its dilation, by Winograd's minimal filtering F(2 ×
 * 2, 3 × 3) (Lavin and Gray 2016, https://arxiv.org/abs/1509.09308). Four pixels take 16 products instead of 36. The
 * sums are no longer than those of the direct convolution, and as accurate.
 *
 * @param x `[batch, height, width, inChannels]`, height and width divisible by `2 · dilation`
 * @param kernel `[3, 3, inChannels, outChannels]`
 * @returns `[batch, height, width, outChannels]`
 */
export function winogradConv2d(x: tf.Tensor4D, kernel: tf.Tensor4D, dilation: number): tf.Tensor4D {
  return subgraph(`winograd_${dilation}`, [x, kernel], (x, kernel) => {
    const tiling = planTiles(x, dilation), weights = transformKernel(controlDependency(kernel, x));
    return assembleOutput(transformInput(x, tiling).map((tile, i) => matMul(tile, weights[i])), tiling);
  });
}

/**
 * Computes the gradient of {@linkcode winogradConv2d} by its input: the convolution of `dy` with the reversed kernel.
 *
 * @param dy `[batch, height, width, outChannels]`
 * @returns `[batch, height, width, inChannels]`
 */
export function winogradInputGradient(dy: tf.Tensor4D, kernel: tf.Tensor4D, dilation: number): tf.Tensor4D {
  return subgraph(`winograd_input_gradient_${dilation}`, [dy, kernel], (dy, kernel) => {
    const tiling = planTiles(dy, dilation), weights = transformKernel(controlDependency(kernel, dy));
    const products = transformInput(dy, tiling).map((tile, i) =>
      matMul(tile, weights[4 * REVERSED[i >> 2] + REVERSED[i & 3]], false, true)
    );
    return assembleOutput(products, tiling);
  });
}

/**
 * Computes the gradient of {@linkcode winogradConv2d} by its kernel.
 *
 * @param dy `[batch, height, width, outChannels]`
 * @returns `[3, 3, inChannels, outChannels]`
 */
export function winogradKernelGradient(x: tf.Tensor4D, dy: tf.Tensor4D, dilation: number): tf.Tensor4D {
  return subgraph(`winograd_kernel_gradient_${dilation}`, [x, dy], (x, dy) => {
    const tiling = planTiles(x, dilation), gradients = spreadGradient(dy, tiling);
    const products = transformInput(controlDependency(x, dy), tiling).map((tile, i) =>
      tf.reshape(matMul(tile, gradients[i], true), [1, -1])
    );
    const kernel = matMul(signedMatrix(GRADIENT_SIGN), tf.concat(products, 0) as tf.Tensor2D, true);
    return tf.reshape(kernel, [3, 3, x.shape[3], dy.shape[3]]) as tf.Tensor4D;
  });
}
