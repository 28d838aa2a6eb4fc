import type * as tf from "@tensorflow/tfjs";
import { getBinding, tensorId, toTensor } from "../tfjs/backend.ts";

/**
 * A tensor as it is, but in a compiled step not before another one is there. TensorFlow runs whatever can run: what is
 * made early lies in memory until it is needed.
 */
export function controlDependency<T extends tf.Tensor>(x: T, other: tf.Tensor): T {
  const binding = getBinding(), { trace } = binding;
  if (!trace) return x;
  const { dtype } = binding.entry(tensorId(x));
  return toTensor({ id: trace.addWait(tensorId(x), tensorId(other)), shape: [...x.shape], dtype }) as T;
}
