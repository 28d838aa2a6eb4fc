import * as tf from "@tensorflow/tfjs";

/** A differentiable op on TensorFlow's own kernels, as {@linkcode customOp} takes it. */
export interface CustomOp<T extends tf.Tensor> {
  /** What the result is differentiated by. */
  inputs: { [name: string]: tf.Tensor };
  /** Computes the result; tensors given to `save` are handed to `backward`. */
  forward: (save: (tensors: tf.Tensor[]) => void) => T;
  /** For each input, a function that computes its gradient; only those that are needed run. */
  backward: (dy: T, saved: tf.Tensor[]) => { [name: string]: () => tf.Tensor };
}

interface GradientEngine {
  runKernelFunc<T extends tf.Tensor>(params: {
    inputs: { [name: string]: tf.Tensor };
    forwardFunc: (backend: unknown, save: (tensors: tf.Tensor[]) => void) => T;
    backwardsFunc: CustomOp<T>["backward"];
  }): T;
}

/**
 * Runs an op and records its gradient on tfjs's tape. Unlike `tf.customGrad` it computes the
 * gradients of the needed inputs only.
 */
export function customOp<T extends tf.Tensor>({ inputs, forward, backward }: CustomOp<T>): T {
  return (tf.engine() as unknown as GradientEngine).runKernelFunc({
    inputs,
    forwardFunc: (_backend, save) => forward(save),
    backwardsFunc: backward,
  });
}
