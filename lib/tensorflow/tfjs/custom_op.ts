import * as tf from "@tensorflow/tfjs";

/** A differentiable op on TensorFlow's kernels, the argument of {@linkcode customOp}. */
export interface CustomOp<T extends tf.Tensor> {
  /** The tensors with respect to which the result is differentiated. */
  inputs: { [name: string]: tf.Tensor };
  /** Computes the result; tensors passed to `save` are passed on to `backward`. */
  forward: (save: (tensors: tf.Tensor[]) => void) => T;
  /** Returns a function per input that computes its gradient; only the needed ones run. */
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
 * Runs an op and records its gradient on tfjs's tape. Unlike `tf.customGrad`, it computes only the
 * gradients that are needed.
 */
export function customOp<T extends tf.Tensor>({ inputs, forward, backward }: CustomOp<T>): T {
  return (tf.engine() as unknown as GradientEngine).runKernelFunc({
    inputs,
    forwardFunc: (_backend, save) => forward(save),
    backwardsFunc: backward,
  });
}
