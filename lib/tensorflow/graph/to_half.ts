import type * as tf from "@tensorflow/tfjs";
import { getBinding, tensorId, toTensor } from "../tfjs/backend.ts";

/**
 * Returns `x`; in a compiled step whose maps stay in 16 bits, rounded to them, so that ops on it and on maps run in 16 bits. See
 * `CompileOptions.halfMaps`. It has no gradient: use it in ops that define theirs.
 */
export function toHalf<T extends tf.Tensor>(x: T): T {
  const { trace } = getBinding();
  return trace?.halfMaps && trace.half !== undefined ? toTensor(trace.toHalf(tensorId(x))) as T : x;
}
