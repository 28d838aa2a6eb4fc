import { executeOp, type tf, typeAttribute } from "../../tensorflow/mod.ts";

/** Computes log(1 + eˣ) of each element, without overflow for any x. */
export function softplus(x: tf.Tensor): tf.Tensor {
  return executeOp("Softplus", [typeAttribute("T", "float32")], [x], 1)[0];
}
