import { runsNativeOps } from "../../../native_ops/mod.ts";
import { currentDevice, currentPrecision, tf } from "../../../tensorflow/mod.ts";
import { currentAlgorithms } from "../../algorithms/current_entry.ts";
import { correlate } from "./correlate.ts";

/** A convolution without dilation. */
export interface PlainConvolution {
  stride: number;
  padding: "SAME" | "VALID";
}

/** Longest distance in machine code, in bytes. */
const LARGEST = 2 ** 31;

/** Whether distances within numbers of these sides fit into machine code. */
function isNear(sides: readonly number[]): boolean {
  return 4 * sides.reduce((product, side) => product * side, 1) < LARGEST;
}

function pad(x: tf.Tensor4D, margin: number): tf.Tensor4D {
  return margin === 0 ? x : tf.pad4d(x, [[0, 0], [margin, margin], [margin, margin], [0, 0]]);
}

/**
 * Computes the gradient of a convolution by its kernel in machine code, where the entry of the algorithms in use has that
 * (`kernelGradients`): as `native` of those whose gradients oneDNN computes slowly with AVX2, strided ones, of a few input
 * channels such as an image's, and of a few results such as logits; as `ordered` of all with a multiple of eight channels in
 * the input or the result.
 *
 * @param x `[batch, height, width, inChannels]`
 * @param kernel `[side, side, inChannels, outChannels]`, of which only the shape matters
 * @param dy `[batch, outHeight, outWidth, outChannels]`
 * @returns `undefined` for other convolutions
 */
export function correlatedKernelGradient(
  x: tf.Tensor4D,
  kernel: Pick<tf.Tensor4D, "shape">,
  dy: tf.Tensor4D,
  { stride, padding }: PlainConvolution,
): tf.Tensor4D | undefined {
  const [side, , inChannels, outChannels] = kernel.shape, isWhole = side % 2 === 1 || padding === "VALID";
  const { kernelGradients } = currentAlgorithms().entry, all = kernelGradients === "ordered";
  if (kernelGradients === "oneDNN" || side === 1 || !isWhole) return undefined;
  if (currentPrecision() !== "float32" || currentDevice() !== "CPU" || !runsNativeOps()) return undefined;
  if (![x.shape.slice(1), dy.shape.slice(1), kernel.shape].every(isNear) || dy.shape.includes(0)) return undefined;
  if (stride > 1 && padding === "SAME") return undefined;
  const margin = padding === "SAME" ? (side - 1) / 2 : 0;
  if (outChannels % 8 === 0 && (all || stride > 1 || inChannels % 8 > 0)) {
    return correlate(pad(x, margin), dy, { side, stride });
  }
  if (stride > 1 || inChannels % 8 > 0 || (outChannels >= 8 && !all)) return undefined;
  // The gradient by the result meets the input with the taps in reverse order.
  const turned = correlate(pad(dy, side - 1 - margin), x, { side, stride });
  return tf.transpose(tf.reverse4d(turned, [0, 1]), [0, 1, 3, 2]);
}
