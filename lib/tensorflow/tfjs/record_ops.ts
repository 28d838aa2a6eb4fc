import * as tf from "@tensorflow/tfjs";
import { getBackend, getBinding, tensorId } from "./backend.ts";
import { OpRecorder, type Recording } from "./op_recorder.ts";

/**
 * Runs a function of tensors and records its ops, for example to write them in the format of another program. A
 * shape-dependent group of ops is one op if it runs within `recordedOp`.
 *
 * @param run returns one tensor, which is freed with all others that it made
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { tf } from "lib";
 * import { recordOps } from "lib/tensorflow";
 *
 * const { ops } = recordOps((x) => tf.sigmoid(tf.relu(x)), [tf.tensor1d([1, 2])]);
 * assert.deepEqual(ops.map(({ name }) => name), ["Relu", "Sigmoid"]);
 * ```
 */
export function recordOps(run: (...inputs: tf.Tensor[]) => tf.Tensor, inputs: readonly tf.Tensor[]): Recording {
  getBackend();
  const binding = getBinding(), ids = inputs.map(tensorId), before = binding.recorder;
  const recorder = binding.recorder = new OpRecorder(binding, ids);
  try {
    let output = -1;
    tf.tidy(() => {
      output = tensorId(run(...inputs));
    });
    const { ops, constants, ranks } = recorder;
    return { ops, inputs: ids, output, constants, ranks };
  } finally {
    binding.recorder = before;
  }
}

/** Returns whether ops are being recorded: shortcuts that fit one size only must not be taken then. */
export function isRecording(): boolean {
  return getBinding().recorder !== undefined;
}
