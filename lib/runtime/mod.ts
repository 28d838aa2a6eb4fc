/**
 * TensorFlow's C library as a backend of tfjs, and training steps compiled into one op.
 * @module
 */
export * as tf from "@tensorflow/tfjs";
export { after } from "./after.ts";
export { boolAttribute, floatAttribute, intAttribute, stringAttribute, typeAttribute } from "./attributes.ts";
export { executeOp, registerTensorFlow } from "./backend.ts";
export type { Attribute } from "./attributes.ts";
export { compile, type CompiledStep, type CompileOptions, type StepResult } from "./compile.ts";
export { type Device, type RuntimeInfo, runtimeInfo } from "./context.ts";
export { TensorFlowError, TraceError } from "./errors.ts";
export { handleCount } from "./handle_count.ts";
export { LibraryError } from "./library.ts";
export { nativeOp } from "./native_op.ts";
export { outline } from "./outline.ts";
export { needsLossScaling, tracedPrecision } from "./current_precision.ts";
export { type Precision, PRECISIONS } from "./precision.ts";
export { randomNormal, randomUniform } from "./random.ts";
export { tracedDevice } from "./traced_device.ts";
export { ResourceVariable } from "./variable.ts";

import { registerTensorFlow } from "./backend.ts";
import { notebookCell } from "./cell_signal.ts";
import { cleanUp } from "./clean_up.ts";
await registerTensorFlow();
notebookCell()?.cleanUp(cleanUp);
