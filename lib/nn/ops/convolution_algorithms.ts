import { tf } from "../../tensorflow/mod.ts";
import type { ConvolutionAlgorithm } from "../algorithms/algorithm_table.ts";
import type { TileSize } from "../winograd/winograd_matrices.ts";
import { directWithGradients } from "./dilated_gradients.ts";
import type { Algorithm } from "./direct_convolution.ts";
import { matMul } from "./mat_mul.ts";
import { tiledConv2d, tiledInputGradient } from "./tiles/tiled_conv2d.ts";
import { tiledKernelGradient } from "./tiles/tiled_kernel_gradient.ts";
import { winogradConv2d, winogradInputGradient, winogradKernelGradient } from "./winograd.ts";
import { winograd4Conv2d } from "./winograd4.ts";

/** Winograd's algorithm for a 3 × 3 kernel that keeps the map's size. */
function winograd(dilation: number): Algorithm {
  return {
    forward: (x, kernel) => winogradConv2d(x, kernel, dilation),
    inputGradient: (_, kernel, dy) => winogradInputGradient(dy, kernel, dilation),
    kernelGradient: (x, _, dy) => winogradKernelGradient(x, dy, dilation),
  };
}

const asRows = (x: tf.Tensor4D) => tf.reshape(x, [-1, x.shape[3]]);
const asMatrix = (kernel: tf.Tensor4D) => tf.reshape(kernel, kernel.shape.slice(2));

/** A 1 × 1 kernel as a matrix product of the pixels. */
const PRODUCT: Algorithm = {
  forward: (x, kernel) => {
    const [batch, height, width] = x.shape;
    return tf.reshape(matMul(asRows(x), asMatrix(kernel)), [batch, height, width, kernel.shape[3]]);
  },
  inputGradient: (x, kernel, dy) =>
    tf.reshape(matMul(asRows(dy), asMatrix(kernel), false, true), x.shape) as tf.Tensor4D,
  kernelGradient: (x, kernel, dy) => tf.reshape(matMul(asRows(x), asRows(dy), true), kernel.shape) as tf.Tensor4D,
};

/** The same in machine code of this project. */
function tiles(tile: TileSize, dilation: number): Algorithm {
  return {
    forward: (x, kernel) => tiledConv2d(x, kernel, { tile, dilation }),
    inputGradient: (_, kernel, dy) => tiledInputGradient(dy, kernel, { tile, dilation }),
    kernelGradient: (x, _, dy) => tiledKernelGradient(x, dy, { tile, dilation }),
  };
}

/**
 * Returns an algorithm for a convolution with stride 1 that keeps the map's size.
 *
 * @param side of the kernel
 */
export function createAlgorithm(name: ConvolutionAlgorithm, side: number, dilation: number): Algorithm {
  if (name === "direct") return directWithGradients(dilation, side === 1 ? "VALID" : "SAME");
  if (name === "tiles2") return tiles(2, dilation);
  if (name === "tiles4") return tiles(4, dilation);
  if (name === "product") return PRODUCT;
  const two = winograd(dilation);
  return name === "winograd2" ? two : { ...two, forward: (x, kernel) => winograd4Conv2d(x, kernel, dilation) };
}
