import type * as tf from "@tensorflow/tfjs";
import { getBinding, tensorId, toTensor } from "../tfjs/backend.ts";

/**
 * Returns `x` unchanged; in a compiled step, only once all `others` have been computed. TensorFlow runs every op as soon as
 * its inputs are ready, so an early result occupies memory until it is needed.
 */
export function controlDependency<T extends tf.Tensor>(x: T, ...others: tf.Tensor[]): T {
  const binding = getBinding(), { trace } = binding;
  if (!trace) return x;
  const { dtype } = binding.entry(tensorId(x));
  return toTensor({
    id: trace.addControlDependency(tensorId(x), others.map(tensorId)),
    shape: [...x.shape],
    dtype,
  }) as T;
}
