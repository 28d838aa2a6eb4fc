/**
 * Ops that a traced step runs in 16 bits: products, which are several times faster in 16 bits. The kernels accumulate
 * their sums in 32 bits.
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
 * Ops that run in 16 bits if their inputs are in 16 bits: they move numbers, compare or combine two of them, or
 * (batch normalisation) read and write 16 bits and compute in 32.
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

/** Ops that follow their inputs likewise if a step says so: see `CompileOptions.halfMaps`. */
const FOLLOWING_MAPS = new Set(["Add", "Pack", "Split", "SplitV", "Unpack"]);

/**
 * Returns whether an op of a mixed-precision step runs in 16 bits.
 *
 * @param inputs the inputs of the op's main type: whether each is in 16 bits, and whether it is a constant
 * @param halfMaps see `CompileOptions.halfMaps`
 */
export function runsIn16Bit(
  op: string,
  inputs: readonly { half: boolean; constant: boolean }[],
  halfMaps = false,
): boolean {
  if (MULTIPLYING.has(op)) return true;
  // Mixed inputs stay in 32 bits, so that none is rounded: weight decay is added to the gradient in 32 bits.
  return (FOLLOWING.has(op) || halfMaps && FOLLOWING_MAPS.has(op)) && inputs.some(({ half }) => half) &&
    inputs.every(({ half, constant }) => half || constant);
}
