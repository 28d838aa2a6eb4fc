import { UserError } from "../../io/user_error.ts";
import { runsNativeOps } from "../../native_ops/mod.ts";
import {
  boolAttribute,
  currentDevice,
  currentHalf,
  currentPrecision,
  customOp,
  executeOp,
  floatAttribute,
  stringAttribute,
  tf,
  typeAttribute,
} from "../../tensorflow/mod.ts";
import { currentAlgorithms } from "../algorithms/current_entry.ts";
import type { BatchNormOptions, BatchNormVariables, NormActivation } from "./batch_norm_options.ts";
import { nativeBatchNorm } from "./native_norm/native_batch_norm.ts";
import { relu } from "./relu.ts";
import { relu6 } from "./relu6.ts";

/** Thrown if a batch normalisation in training gets one value of each channel; the message names the layer. */
export class SingleValueError extends UserError {
  override readonly name = "SingleValueError";
}

/** What follows a batch normalisation. */
export interface AfterBatchNorm {
  /** Returns a map that is added, of the same shape. */
  addend?: () => tf.Tensor4D;
  /** What is applied at last. Default: nothing */
  activation?: NormActivation;
}

/** Whether machine code of this project computes a batch normalisation in training: see `docs/developer/training.md`. */
function isNative({ shape }: tf.Tensor4D): boolean {
  const { entry: { batchNorm, bfloat16 } } = currentAlgorithms(), half = currentHalf();
  const keepsHalves = half?.type === "bfloat16" && half.maps;
  const computes = currentPrecision() === "float32" ? batchNorm : keepsHalves ? bfloat16 : "TensorFlow";
  return computes === "native" && currentDevice() === "CPU" && shape[3] % 8 === 0 && shape.every((side) => side > 0) &&
    runsNativeOps();
}

/**
 * Computes batch normalisation (Ioffe & Szegedy 2015) with PyTorch's semantics: in training it normalises by the
 * batch's biased variance, and updates the running variance with the unbiased one. Then it computes what follows: in one go
 * where machine code of this project does.
 *
 * @param x `[batch, height, width, channels]`
 * @returns a tensor of the same shape
 * @throws {SingleValueError} in training, if each channel has one value: minus its mean it would always be 0, and its
 * variance would make the running variance vanish. PyTorch throws too.
 */
export function batchNorm(
  x: tf.Tensor4D,
  variables: BatchNormVariables,
  options: BatchNormOptions,
  after: AfterBatchNorm = {},
): tf.Tensor4D {
  const [batch, height, width] = x.shape, { training, layer = "a batch normalisation" } = options;
  if (training && batch * height * width === 1) {
    throw new SingleValueError(
      `In training ${layer} needs more than one value of each channel, and its input is [${x.shape.join(", ")}]`,
    );
  }
  if (training && isNative(x)) {
    return nativeBatchNorm(x, variables, options, { ...after, addend: after.addend?.() });
  }
  return finishNorm(fusedBatchNorm(x, variables, options), after);
}

/** Computes what follows a batch normalisation. */
export function finishNorm(y: tf.Tensor4D, { addend, activation }: AfterBatchNorm): tf.Tensor4D {
  const sum = addend ? tf.add(y, addend()) as tf.Tensor4D : y;
  return activation === "relu" ? relu(sum) : activation === "relu6" ? relu6(sum) : sum;
}

/** TensorFlow's own op. */
function fusedBatchNorm(
  x: tf.Tensor4D,
  { scale, offset, runningMean, runningVariance }: BatchNormVariables,
  { training, epsilon, momentum }: BatchNormOptions,
): tf.Tensor4D {
  const shared = [
    typeAttribute("T", "float32"),
    typeAttribute("U", "float32"),
    floatAttribute("epsilon", epsilon),
    stringAttribute("data_format", "NHWC"),
    boolAttribute("is_training", training),
  ];
  return customOp<tf.Tensor4D>({
    inputs: { x, scale, offset },
    forward: (save) => {
      const attributes = training ? [...shared, floatAttribute("exponential_avg_factor", momentum)] : shared;
      const [y, mean, variance, ...reserved] = executeOp(
        "FusedBatchNormV3",
        attributes,
        [x, scale, offset, runningMean, runningVariance],
        6,
      );
      if (training) {
        runningMean.assign(mean);
        runningVariance.assign(variance);
      }
      save([x, scale, ...reserved]);
      return y as tf.Tensor4D;
    },
    backward: (dy, [x, scale, ...reserved]) => {
      const [dx, dscale, doffset] = executeOp("FusedBatchNormGradV3", shared, [dy, x, scale, ...reserved], 5);
      return { x: () => dx, scale: () => dscale, offset: () => doffset };
    },
  });
}
