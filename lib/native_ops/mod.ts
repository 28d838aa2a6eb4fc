/**
 * TensorFlow ops whose kernels are machine code of this project.
 * @module
 */
export { nativeOp, runsNativeOps } from "./native_op.ts";
export type { NativeCall, NativeCode, NativePlace, NativeWork } from "./native_work.ts";
