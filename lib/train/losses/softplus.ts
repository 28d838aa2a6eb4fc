import { executeOp, type tf, typeAttribute } from "../../tensorflow/mod.ts";

/** log(1 + eˣ) of each element, which no x overflows. */
export function softplus(x: tf.Tensor): tf.Tensor {
  return executeOp("Softplus", [typeAttribute("T", "float32")], [x], 1)[0];
}
