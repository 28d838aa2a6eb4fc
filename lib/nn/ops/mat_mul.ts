import { boolAttribute, executeOp, type tf, typeAttribute } from "../../tensorflow/mod.ts";

/** Multiplies matrices in one op; tfjs's product takes four. */
export function matMul(a: tf.Tensor, b: tf.Tensor, transposeA = false, transposeB = false): tf.Tensor2D {
  const attributes = [
    typeAttribute("T", "float32"),
    boolAttribute("transpose_a", transposeA),
    boolAttribute("transpose_b", transposeB),
  ];
  return executeOp("MatMul", attributes, [a, b], 1)[0] as tf.Tensor2D;
}
