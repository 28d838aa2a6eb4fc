import { UserError } from "../io/user_error.ts";

/**
 * Thrown for a model that cannot be written as an ONNX file; the message says why.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { createModel, ensemble, TrainedModel } from "lib";
 * import { OnnxError, onnxModel } from "lib/onnx";
 *
 * const member = (normalization: "robust" | "zscore") =>
 *   new TrainedModel(createModel({ architecture: "pspnet", encoder: "mobilenet_v2" }), { normalization, threshold: 0.5 });
 * using both = ensemble([member("robust"), member("zscore")]);
 * assert.throws(() => onnxModel(both), OnnxError);
 * ```
 */
export class OnnxError extends UserError {
  override readonly name = "OnnxError";
}
