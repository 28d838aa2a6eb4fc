import { UserError } from "../../io/user_error.ts";
import {
  boolAttribute,
  customOp,
  executeOp,
  floatAttribute,
  type ResourceVariable,
  stringAttribute,
  type tf,
  typeAttribute,
} from "../../tensorflow/mod.ts";

/** The tensors of a batch normalisation, each `[channels]`. */
export interface BatchNormVariables {
  scale: tf.Tensor1D;
  offset: tf.Tensor1D;
  runningMean: ResourceVariable;
  runningVariance: ResourceVariable;
}

/** Options of {@linkcode batchNorm}. */
export interface BatchNormOptions {
  /** Whether to normalise by the batch's statistics and update the running ones. */
  training: boolean;
  /** Added to the variance. */
  epsilon: number;
  /** Weight of the new batch in the running statistics. */
  momentum: number;
  /** Its name, for messages. */
  layer?: string;
}

/** Thrown if a batch normalisation in training gets one value of each channel; the message names the layer. */
export class SingleValueError extends UserError {
  override readonly name = "SingleValueError";
}

/**
 * Computes batch normalisation (Ioffe & Szegedy 2015) with PyTorch's semantics: in training it normalises by the
 * batch's biased variance, and updates the running variance with the unbiased one.
 *
 * @param x `[batch, height, width, channels]`
 * @returns a tensor of the same shape
 * @throws {SingleValueError} in training, if each channel has one value: minus its mean it would always be 0, and its
 * variance would make the running variance vanish. PyTorch throws too.
 */
export function batchNorm(
  x: tf.Tensor4D,
  { scale, offset, runningMean, runningVariance }: BatchNormVariables,
  { training, epsilon, momentum, layer = "a batch normalisation" }: BatchNormOptions,
): tf.Tensor4D {
  const [batch, height, width] = x.shape;
  if (training && batch * height * width === 1) {
    throw new SingleValueError(
      `In training ${layer} needs more than one value of each channel, and its input is [${x.shape.join(", ")}]`,
    );
  }
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
