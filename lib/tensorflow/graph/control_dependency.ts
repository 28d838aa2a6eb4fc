import type * as tf from "@tensorflow/tfjs";
import { getBinding, tensorId, toTensor } from "../tfjs/backend.ts";

/**
 * Returns `x` unchanged; in a compiled step, only once `other` has been computed. TensorFlow runs every op as soon as
 * its inputs are ready, so an early result occupies memory until it is needed.
 */
export function controlDependency<T extends tf.Tensor>(x: T, other: tf.Tensor): T {
  const binding = getBinding(), { trace } = binding;
  if (!trace) return x;
  const { dtype } = binding.entry(tensorId(x));
  return toTensor({ id: trace.addControlDependency(tensorId(x), tensorId(other)), shape: [...x.shape], dtype }) as T;
}
