import { UserError } from "../io/user_error.ts";

/** Thrown for a model that cannot be written as an ONNX file; the message says why. */
export class OnnxError extends UserError {
  override readonly name = "OnnxError";
}
