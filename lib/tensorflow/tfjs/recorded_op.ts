import * as tf from "@tensorflow/tfjs";
import { typeAttribute } from "../ffi/attributes.ts";
import { executeOp, getBinding, tensorId } from "./backend.ts";

/**
 * Runs a group of ops that `recordOps` records as one. Use it where the ops depend on the shapes of their inputs: the
 * recorded op has the same meaning at every size.
 *
 * @param name its name in the recording
 * @param inputs the tensors that it reads
 * @param attributes what its meaning depends on in addition to its inputs
 * @param shape returns the shape of the result. A recording then does not call `compute`: its result is zeros of this shape
 */
export function recordedOp<T extends tf.Tensor>(
  name: string,
  inputs: readonly tf.Tensor[],
  attributes: Readonly<Record<string, unknown>>,
  compute: () => T,
  shape?: () => number[],
): T {
  const binding = getBinding(), { recorder } = binding;
  if (!recorder) return compute();
  binding.recorder = undefined;
  try {
    const ids = inputs.map(tensorId), result = shape ? tf.zeros(shape()) as T : compute();
    // At another size the result may differ from the input: it needs another id.
    const output = ids.includes(tensorId(result))
      ? executeOp("Identity", [typeAttribute("T", result.dtype as "float32")], [result], 1)[0] as T
      : result;
    recorder.add(name, attributes, ids, [{ id: tensorId(output), shape: output.shape }]);
    return output;
  } finally {
    binding.recorder = recorder;
  }
}
