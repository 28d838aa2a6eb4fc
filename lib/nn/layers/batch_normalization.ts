import type { tf } from "../../runtime/mod.ts";
import { batchNorm } from "../ops/batch_norm.ts";
import type { WeightScope } from "../weights.ts";
import type { Layer } from "./layer.ts";

/** PyTorch's `BatchNorm2d`, with its epsilon of 1e-5 and momentum of 0.1. */
export function batchNormalization(scope: WeightScope, channels: number): Layer {
  const scale = scope.parameter("weight", [channels], { kind: "constant", value: 1 }).variable;
  const offset = scope.parameter("bias", [channels], { kind: "constant", value: 0 }).variable;
  const runningMean = scope.buffer("running_mean", [channels], 0).variable;
  const runningVariance = scope.buffer("running_var", [channels], 1).variable;
  return (x, { training = false }) =>
    batchNorm(x, {
      scale: scale as unknown as tf.Tensor1D,
      offset: offset as unknown as tf.Tensor1D,
      runningMean: runningMean!,
      runningVariance: runningVariance!,
    }, { training, epsilon: 1e-5, momentum: 0.1 });
}
