import { currentDevice, currentPrecision, TensorFlowError, tf } from "../../tensorflow/mod.ts";
import { getBinding } from "../../tensorflow/tfjs/backend.ts";
import { type Algorithm, direct } from "./direct_convolution.ts";
import { joinPixels, separatePixels, wholeMargins } from "./separate_pixels.ts";

/** Whether this process's convolutions are oneDNN's; unknown before the first one that asks. */
let usesOneDnn: boolean | undefined;

/**
 * Returns whether TensorFlow's convolutions on this processor are oneDNN's. Builds for Arm have its kernels too, but
 * TensorFlow turns them on for few processors. So one convolution is tried: only oneDNN's have gradients with a dilation.
 */
export function hasOneDnn(): boolean {
  return usesOneDnn ??= getBinding().untraced(() => {
    const { inputGradient } = direct(1, 2, "VALID");
    try {
      tf.tidy(() => inputGradient({ shape: [1, 5, 5, 8] }, tf.ones([3, 3, 8, 8]), tf.ones([1, 1, 1, 8])));
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

/**
 * The gradients of TensorFlow's kernels for a dilated convolution with stride 1, without dilation: every `dilation`-th pixel
 * becomes a map of its own.
 */
export function separateGradients(dilation: number, padding: "SAME" | "VALID"): Omit<Algorithm, "forward"> {
  const { inputGradient, kernelGradient } = direct(1, 1, "VALID");
  const marginsOf = (map: readonly number[], { shape: [side] }: tf.Tensor4D) => {
    const added = padding === "SAME" ? dilation * (side - 1) : 0, before = Math.floor(added / 2);
    return wholeMargins(map, dilation, [before, added - before]);
  };
  const separateResult = (dy: tf.Tensor4D) => separatePixels(dy, dilation, wholeMargins(dy.shape, dilation));
  return {
    inputGradient: ({ shape }, kernel, dy) => {
      const margins = marginsOf(shape, kernel), [batch, height, width, channels] = shape;
      const [rows, columns] = [height, width].map((length, i) => (length + margins[i][0] + margins[i][1]) / dilation);
      const shapes: tf.Tensor4D["shape"] = [batch * dilation ** 2, rows, columns, channels];
      return joinPixels(inputGradient({ shape: shapes }, kernel, separateResult(dy)), dilation, margins);
    },
    kernelGradient: (x, kernel, dy) =>
      kernelGradient(separatePixels(x, dilation, marginsOf(x.shape, kernel)), kernel, separateResult(dy)),
  };
}

/** TensorFlow's own kernels with stride 1, with gradients also where TensorFlow has none of dilated convolutions. */
export function directWithGradients(dilation: number, padding: "SAME" | "VALID"): Algorithm {
  const algorithm = direct(1, dilation, padding);
  return dilation === 1 || hasDilatedGradients()
    ? algorithm
    : { ...algorithm, ...separateGradients(dilation, padding) };
}
