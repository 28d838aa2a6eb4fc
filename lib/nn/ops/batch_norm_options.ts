import type { ResourceVariable, tf } from "../../tensorflow/mod.ts";

/** The tensors of a batch normalisation, each `[channels]`. */
export interface BatchNormVariables {
  scale: tf.Tensor1D;
  offset: tf.Tensor1D;
  runningMean: ResourceVariable;
  runningVariance: ResourceVariable;
}

/** An activation that can follow a batch normalisation. */
export type NormActivation = "relu" | "relu6";

/** Options of a batch normalisation. */
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
