import type { tf } from "../../tensorflow/mod.ts";
import { groupNorm } from "../ops/group_norm.ts";
import type { WeightScope } from "../weights/weight_scope.ts";
import type { Layer } from "./layer.ts";

/** Epsilon of PyTorch's `GroupNorm`. */
const EPSILON = 1e-5;

/**
 * Makes a group normalisation, as PyTorch's `GroupNorm`, with its epsilon of 1e-5. It is the same in training and in
 * inference.
 *
 * @param groups number of groups
 * @throws {RangeError} if the number of channels is not divisible by `groups`.
 */
export function groupNormalization(scope: WeightScope, channels: number, groups: number): Layer {
  if (channels % groups !== 0) throw new RangeError(`${channels} channels do not divide into ${groups} groups`);
  const scale = scope.parameter("weight", [channels], { kind: "constant", value: 1 }).variable;
  const offset = scope.parameter("bias", [channels], { kind: "constant", value: 0 }).variable;
  return (x) =>
    groupNorm(x, scale as unknown as tf.Tensor1D, offset as unknown as tf.Tensor1D, { groups, epsilon: EPSILON });
}
