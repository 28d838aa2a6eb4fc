/**
 * TensorFlow's C library as a tfjs backend, and training steps compiled into one op.
 * @module
 */
/**
 * tfjs, with its operations in TensorFlow's C library. Free a tensor with `dispose` unless it is freed by `tidy` or
 * `using`.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { tf } from "lib";
 *
 * const sum = tf.tidy(() => tf.sum(tf.tensor1d([1, 2, 3])));
 * assert.equal(sum.dataSync()[0], 6);
 * sum.dispose();
 * ```
 */
export * as tf from "@tensorflow/tfjs";
export { controlDependency } from "./graph/control_dependency.ts";
export {
  boolAttribute,
  floatAttribute,
  intAttribute,
  stringAttribute,
  typeAttribute,
  typesAttribute,
} from "./ffi/attributes.ts";
export { executeOp, registerTensorFlow, tensorId } from "./tfjs/backend.ts";
export type { Attribute } from "./ffi/attributes.ts";
export { compile, type CompiledStep } from "./graph/compile.ts";
export type { CompileOptions, StepResult } from "./graph/compile_options.ts";
export { type Device, type RuntimeInfo, runtimeInfo } from "./ffi/context.ts";
export { TensorFlowError, TraceError } from "./ffi/errors.ts";
export { handleCount } from "./tfjs/handle_count.ts";
export { onDeviceWarning } from "./ffi/device_warning.ts";
export { exitWithoutTeardown } from "./ffi/exit_without_teardown.ts";
export { LibraryError } from "./ffi/library.ts";
export { customOp } from "./tfjs/custom_op.ts";
export { isHalf, toHalf } from "./graph/to_half.ts";
export { subgraph } from "./graph/subgraph.ts";
export { currentHalf, currentPrecision, needsLossScaling } from "./graph/current_precision.ts";
export { type Precision, PRECISIONS } from "./ffi/precision.ts";
export { isRecording, recordOps } from "./tfjs/record_ops.ts";
export { recordedOp } from "./tfjs/recorded_op.ts";
export type { RecordedConstant, RecordedOp, Recording } from "./tfjs/op_recorder.ts";
export { randomNormal, randomUniform } from "./tfjs/random.ts";
export { currentDevice } from "./graph/current_device.ts";
export { ResourceVariable } from "./tfjs/variable.ts";

import { registerTensorFlow } from "./tfjs/backend.ts";
import { notebookCell } from "../io/cell_signal.ts";
import { cleanUp } from "./graph/clean_up.ts";
await registerTensorFlow();
notebookCell()?.cleanUp(cleanUp);
