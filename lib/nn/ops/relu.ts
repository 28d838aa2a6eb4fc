import { customOp, executeOp, type tf, typeAttribute } from "../../tensorflow/mod.ts";

/** Computes the rectified linear unit, max(x, 0). Its gradient needs only its result. */
export function relu<T extends tf.Tensor>(x: T): T {
  const attributes = [typeAttribute("T", "float32")];
  return customOp<T>({
    inputs: { x },
    forward: (save) => {
      const y = executeOp("Relu", attributes, [x], 1)[0] as T;
      save([y]);
      return y;
    },
    backward: (dy, [y]) => ({ x: () => executeOp("ReluGrad", attributes, [dy, y], 1)[0] }),
  });
}
