import * as tf from "@tensorflow/tfjs";
import { intAttribute, stringAttribute, typeAttribute } from "../ffi/attributes.ts";
import { TensorFlowError } from "../ffi/errors.ts";
import { executeOp, getBinding } from "../tfjs/backend.ts";
import { currentDevice } from "./current_device.ts";
import { currentPrecision } from "./current_precision.ts";

/** Whether this process's convolutions are oneDNN's; unknown before the first one that asks. */
let usesOneDnn: boolean | undefined;

/**
 * Returns whether TensorFlow's convolutions on this processor are oneDNN's. Builds for Arm have its kernels too, but
 * TensorFlow turns them on for few processors. So one convolution is tried: only oneDNN's have gradients with a dilation.
 */
export function hasOneDnn(): boolean {
  return usesOneDnn ??= getBinding().untraced(() => {
    const attributes = [
      typeAttribute("T", "float32"),
      intAttribute("strides", [1, 1, 1, 1]),
      intAttribute("dilations", [1, 2, 2, 1]),
      stringAttribute("data_format", "NHWC"),
      stringAttribute("padding", "VALID"),
    ];
    try {
      tf.tidy(() => {
        const shape = tf.tensor1d([1, 5, 5, 8], "int32");
        executeOp("Conv2DBackpropInput", attributes, [shape, tf.ones([3, 3, 8, 8]), tf.ones([1, 1, 1, 8])], 1);
      });
      return true;
    } catch (error) {
      if (error instanceof TensorFlowError) return false;
      throw error;
    }
  });
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
