import { depthwiseConvolution, fullConvolution } from "./convolution.ts";
import { groupNormalization } from "./group_normalization.ts";
import type { Operator } from "./operator.ts";
import { batchNormalization, concatenate, pointwise, relu6 } from "./pointwise.ts";
import { adaptiveAveragePool, maxPool, mean } from "./pool.ts";
import { resizeBilinear, resizeNearest } from "./resize.ts";

/**
 * The recorded ops and how they are written: those of TensorFlow, and those that `lib/nn/ops` records as one. To add one,
 * define its operator in a file and list it here.
 */
export const OPERATORS: Readonly<Record<string, Operator>> = {
  Convolution: fullConvolution,
  DepthwiseConvolution: depthwiseConvolution,
  FusedBatchNormV3: batchNormalization,
  GroupNorm: groupNormalization,
  MaxPool2d: maxPool,
  AdaptiveAveragePool: adaptiveAveragePool,
  Mean: mean,
  ResizeNearest: resizeNearest,
  ResizeBilinear: resizeBilinear,
  ConcatV2: concatenate,
  Add: pointwise("Add"),
  BiasAdd: pointwise("Add"),
  Sub: pointwise("Sub"),
  Mul: pointwise("Mul"),
  RealDiv: pointwise("Div"),
  Relu: pointwise("Relu"),
  Relu6: relu6,
  Sigmoid: pointwise("Sigmoid"),
  Tanh: pointwise("Tanh"),
};
