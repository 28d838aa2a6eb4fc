import {
  type Attribute,
  executeOp,
  hasDilatedGradients,
  intAttribute,
  stringAttribute,
  tf,
  typeAttribute,
} from "../../tensorflow/mod.ts";
import type { ConvolutionAlgorithm } from "../algorithms/algorithm_table.ts";
import type { TileSize } from "../winograd/winograd_matrices.ts";
import { matMul } from "./mat_mul.ts";
import { joinPixels, separatePixels, wholeMargins } from "./separate_pixels.ts";
import { tiledConv2d, tiledInputGradient } from "./tiles/tiled_conv2d.ts";
import { tiledKernelGradient } from "./tiles/tiled_kernel_gradient.ts";
import { winogradConv2d, winogradInputGradient, winogradKernelGradient } from "./winograd.ts";
import { winograd4Conv2d } from "./winograd4.ts";

function convAttributes(stride: number, dilation: number, padding: "SAME" | "VALID"): Attribute[] {
  return [
    typeAttribute("T", "float32"),
    intAttribute("strides", [1, stride, stride, 1]),
    intAttribute("dilations", [1, dilation, dilation, 1]),
    stringAttribute("data_format", "NHWC"),
    stringAttribute("padding", padding),
  ];
}

/** An algorithm that computes a convolution and its gradients. */
export interface Algorithm {
  forward(x: tf.Tensor4D, kernel: tf.Tensor4D): tf.Tensor4D;
  /** It needs no more of the input than its shape. */
  inputGradient(x: Pick<tf.Tensor4D, "shape">, kernel: tf.Tensor4D, dy: tf.Tensor4D): tf.Tensor4D;
  kernelGradient(x: tf.Tensor4D, kernel: tf.Tensor4D, dy: tf.Tensor4D): tf.Tensor4D;
}

/** TensorFlow's own kernels. */
export function direct(stride: number, dilation: number, padding: "SAME" | "VALID"): Algorithm {
  const attributes = convAttributes(stride, dilation, padding);
  const run = (op: string, inputs: tf.Tensor[]) => executeOp(op, attributes, inputs, 1)[0] as tf.Tensor4D;
  const shapeTensor = ({ shape }: Pick<tf.Tensor, "shape">) => tf.tensor1d(shape, "int32");
  return {
    forward: (x, kernel) => run("Conv2D", [x, kernel]),
    inputGradient: (x, kernel, dy) => run("Conv2DBackpropInput", [shapeTensor(x), kernel, dy]),
    kernelGradient: (x, kernel, dy) => {
      const [side, , inChannels, outChannels] = kernel.shape;
      const whole = inChannels % 8 === 0 && outChannels % 8 === 0;
      if (side > 1 || stride === 1 || whole) return run("Conv2DBackpropFilter", [x, shapeTensor(kernel), dy]);
      // With AVX2 and a number of channels that is not a multiple of eight, oneDNN's gradient of a strided 1 × 1 kernel
      // is wrong and writes past its end. The gradient is a matrix product over the sampled pixels.
      const seen = tf.stridedSlice(x, [0, 0, 0, 0], x.shape, [1, stride, stride, 1]);
      const product = tf.matMul(tf.reshape(seen, [-1, inChannels]), tf.reshape(dy, [-1, outChannels]), true);
      return tf.reshape(product, kernel.shape);
    },
  };
}

/**
 * The gradients of TensorFlow's kernels for a dilated convolution with stride 1, without dilation: every `dilation`-th pixel
 * becomes a map of its own.
 */
export function separateGradients(dilation: number, padding: "SAME" | "VALID"): Omit<Algorithm, "forward"> {
  const { inputGradient, kernelGradient } = direct(1, 1, "VALID");
  const marginsOf = (map: readonly number[], { shape: [side] }: tf.Tensor4D) => {
    const added = padding === "SAME" ? dilation * (side - 1) : 0, before = Math.floor(added / 2);
    return wholeMargins(map, dilation, [before, added - before]);
  };
  const separateResult = (dy: tf.Tensor4D) => separatePixels(dy, dilation, wholeMargins(dy.shape, dilation));
  return {
    inputGradient: ({ shape }, kernel, dy) => {
      const margins = marginsOf(shape, kernel), [batch, height, width, channels] = shape;
      const [rows, columns] = [height, width].map((length, i) => (length + margins[i][0] + margins[i][1]) / dilation);
      const shapes: tf.Tensor4D["shape"] = [batch * dilation ** 2, rows, columns, channels];
      return joinPixels(inputGradient({ shape: shapes }, kernel, separateResult(dy)), dilation, margins);
    },
    kernelGradient: (x, kernel, dy) =>
      kernelGradient(separatePixels(x, dilation, marginsOf(x.shape, kernel)), kernel, separateResult(dy)),
  };
}

/** TensorFlow's own kernels with stride 1, with gradients also where TensorFlow has none of dilated convolutions. */
export function directWithGradients(dilation: number, padding: "SAME" | "VALID"): Algorithm {
  const algorithm = direct(1, dilation, padding);
  return dilation === 1 || hasDilatedGradients()
    ? algorithm
    : { ...algorithm, ...separateGradients(dilation, padding) };
}

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
