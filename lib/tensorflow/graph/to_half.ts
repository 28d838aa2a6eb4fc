import type * as tf from "@tensorflow/tfjs";
import { getBinding, tensorId, toTensor } from "../tfjs/backend.ts";
import { customOp } from "../tfjs/custom_op.ts";

/** Whether the step that is traced keeps its maps in 16 bits, and `x` is in them: see `CompileOptions.halfMaps`. */
export function isHalf(x: tf.Tensor): boolean {
  const { trace } = getBinding();
  return trace !== undefined && trace.halfMaps && trace.isHalf(tensorId(x));
}

/** Returns `x` if not `half`; otherwise `x` rounded to the 16 bits of the step that is traced. The gradient is not changed. */
export function toHalf<T extends tf.Tensor>(x: T, half: boolean): T {
  if (!half) return x;
  return customOp<T>({
    inputs: { x },
    forward: () => toTensor(getBinding().trace!.toHalf(tensorId(x))) as T,
    backward: (dy) => ({ x: () => dy.clone() }),
  });
}
