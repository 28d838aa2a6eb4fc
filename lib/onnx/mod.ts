/**
 * Trained models as ONNX files, which other programs read.
 * @module
 */
export { OnnxError } from "./onnx_error.ts";
export type { OnnxOptions } from "./describe_model.ts";
export { onnxModel } from "./onnx_model.ts";
