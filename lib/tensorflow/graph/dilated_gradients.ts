import { getBinding } from "../tfjs/backend.ts";
import { hasFusedConvolution } from "./convolution_fuser.ts";
import { currentDevice } from "./current_device.ts";
import { currentPrecision } from "./current_precision.ts";

/** Returns whether TensorFlow computes with oneDNN on this processor: on x86-64, unless it is turned off. */
export function hasOneDnn(): boolean {
  return hasFusedConvolution(getBinding().context);
}

/**
 * Returns whether ops that are run or traced now have gradients of dilated convolutions. Of TensorFlow's kernels for
 * processors only oneDNN's have, in the types in which it multiplies on this one.
 */
export function hasDilatedGradients(): boolean {
  const { context: { info }, trace } = getBinding();
  if (currentDevice() !== "CPU" || trace?.xla) return true;
  if (!hasOneDnn()) return false;
  const precision = currentPrecision();
  if (precision === "float32") return true;
  // oneDNN's float16 needs AVX512-FP16, which the processors with AMX have.
  return precision === "mixed-float16" ? info.bfloat16 === "AMX" : info.vectorWidth >= 16;
}
