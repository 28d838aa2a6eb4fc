/**
 * Ops that a traced step runs in 16 bit: the products, where 16 bit is several times as fast. Their sums are kept in 32 bit
 * by the kernels.
 */
const MULTIPLYING = new Set([
  "Conv2D",
  "Conv2DBackpropFilter",
  "Conv2DBackpropInput",
  "DepthwiseConv2dNative",
  "DepthwiseConv2dNativeBackpropFilter",
  "DepthwiseConv2dNativeBackpropInput",
  "BatchMatMulV2",
  "MatMul",
]);

/**
 * Ops that run in 16 bit where what they are given is there in 16 bit: they move numbers, compare or add two of them, or
 * (batch normalisation) take 16 bit in and out and compute in 32.
 */
const FOLLOWING = new Set([
  "AddN",
  "AddV2",
  "AvgPool",
  "BatchToSpaceND",
  "BiasAdd",
  "ConcatV2",
  "FusedBatchNormGradV3",
  "FusedBatchNormV3",
  "MaxPool",
  "MaxPoolGrad",
  "Mul",
  "Pad",
  "PadV2",
  "Relu",
  "Relu6",
  "Relu6Grad",
  "ReluGrad",
  "Reshape",
  "ResizeBilinear",
  "ResizeBilinearGrad",
  "Slice",
  "SpaceToBatchND",
  "StridedSlice",
  "Tile",
  "Transpose",
]);

/**
 * Whether an op of a step in 16 bit is to run in 16 bit.
 *
 * @param inputs those that have the op's main type: whether each is there in 16 bit, or a constant
 */
export function runsIn16Bit(op: string, inputs: readonly { half: boolean; constant: boolean }[]): boolean {
  if (MULTIPLYING.has(op)) return true;
  // What only one side has in 32 bit is not rounded: weights' decay is added to their gradient in 32 bit.
  return FOLLOWING.has(op) && inputs.some(({ half }) => half) &&
    inputs.every(({ half, constant }) => half || constant);
}
