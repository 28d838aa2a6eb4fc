import type { tf } from "../../tensorflow/mod.ts";
import { batchNorm } from "../ops/batch_norm.ts";
import type { Weight, WeightScope } from "../weights/weight_scope.ts";
import type { NormLayer } from "./layer.ts";

/** The defaults of PyTorch's `BatchNorm2d`. */
const EPSILON = 1e-5, MOMENTUM = 0.1;

/** Constants of {@linkcode batchNormalization}. */
export interface BatchNormalizationOptions {
  /** Added to the variance. Default 1e-5. */
  epsilon?: number;
  /** Weight of the new batch in the running statistics. Default 0.1. */
  momentum?: number;
}

/**
 * Makes a batch normalisation, as PyTorch's `BatchNorm2d`.
 *
 * @param kernel kernel of the convolution before it, into which inference may fold the normalisation
 */
export function batchNormalization(
  scope: WeightScope,
  channels: number,
  kernel?: Weight,
  { epsilon = EPSILON, momentum = MOMENTUM }: BatchNormalizationOptions = {},
): NormLayer {
  const scale = scope.parameter("weight", [channels], { kind: "constant", value: 1 }).variable;
  const offset = scope.parameter("bias", [channels], { kind: "constant", value: 0 }).variable;
  const runningMean = scope.buffer("running_mean", [channels], 0).variable;
  const runningVariance = scope.buffer("running_var", [channels], 1).variable;
  if (kernel?.variable && scale && offset && runningMean && runningVariance) {
    scope.weights.normalized.push({
      kernel: kernel.variable,
      scale,
      offset,
      runningMean,
      runningVariance,
      epsilon,
    });
  }
  return (x, { training = false }, after) =>
    batchNorm(x, {
      scale: scale as unknown as tf.Tensor1D,
      offset: offset as unknown as tf.Tensor1D,
      runningMean: runningMean!,
      runningVariance: runningVariance!,
    }, {
      training,
      epsilon,
      momentum,
      layer: `the batch normalisation ${scope.prefix.replace(/\.$/, "")}`,
    }, after);
}
